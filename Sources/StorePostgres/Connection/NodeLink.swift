import CLibPQ
import Dispatch

/// The node's connection as long as it lasts: says when the server sent something.
///
/// Boundary to libpq. `@unchecked Sendable`: everything but `close` is called on the queue that it was made
/// with, and the session lives until Dispatch looks at its socket no more.
final class NodeLink: @unchecked Sendable {
    let session: Session
    private let source: any DispatchSourceRead

    /// Connects and listens; blocks. `onInput` is called on the queue.
    init(
        _ settings: ConnectionSettings, on queue: DispatchQueue, _ onInput: @escaping @Sendable () -> Void
    ) throws(ServerFailure) {
        let session = try Session.connect(settings)
        try session.run(Self.preamble)
        self.session = session
        source = DispatchSource.makeReadSource(fileDescriptor: PQsocket(session.connection), queue: queue)
        source.setEventHandler(handler: onInput)
        // It holds itself until the source is done with the socket, which the session closes.
        source.setCancelHandler { withExtendedLifetime(self) {} }
        source.resume()
    }

    /// Closes the connection, soon.
    func close() { source.cancel() }

    /// The payloads that have come; throws when the connection is lost.
    func receive() throws(ServerFailure) -> [String] {
        guard session.isStillOpen() else { throw session.lost() }
        var payloads: [String] = []
        while let notification = PQnotifies(session.connection) {
            payloads.append(String(cString: notification.pointee.extra))
            PQfreemem(notification)
        }
        return payloads
    }

    /// Idle is what it is most of the time; servers from version 14 on may be set to end such sessions.
    private static let preamble = """
        SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'idle_session_timeout';
        LISTEN \(NodeSession.channel)
        """
}
