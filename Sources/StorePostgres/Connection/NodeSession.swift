import Dispatch
import Engine
import Synchronization

/// The node's own connection: hears what other nodes signal and holds the locks that one node has at a time.
///
/// It is made when it is first wanted. When it is lost, its locks are, and it is made anew: at once, then
/// with longer and longer waits while the server is away.
///
/// `@unchecked Sendable`: what changes is touched on `queue` only.
final class NodeSession: @unchecked Sendable {
    /// Of LISTEN and NOTIFY.
    static let channel = "breakbulk"

    private let settings: ConnectionSettings
    private let random: @Sendable () -> Double
    private let queue = DispatchQueue(label: "breakbulk.postgres.node")
    private var link: NodeLink?
    private var locks: [Int: HeldNodeLock.Flag] = [:]
    private var listeners: [ObjectIdentifier: Listener] = [:]
    private var delay = ReconnectDelay()
    /// No connection is tried before, and why.
    private var pause: (end: ContinuousClock.Instant, cause: StoreError)?
    private var isRetryPlanned = false
    private var isClosed = false

    /// One call of `listen`, known by its identity.
    private final class Listener: @unchecked Sendable {
        let deliver: @Sendable (JobSignals.Topic) -> Void
        var end: CheckedContinuation<Void, Never>?
        var isCancelled = false

        init(_ deliver: @escaping @Sendable (JobSignals.Topic) -> Void) { self.deliver = deliver }
    }

    /// Connects later. `random` gives numbers from 0 up to 1.
    init(settings: ConnectionSettings, random: @escaping @Sendable () -> Double = { .random(in: 0..<1) }) {
        self.settings = settings
        self.random = random
    }

    deinit { link?.close() }

    /// Takes a lock that one node has at a time; nil while another node, or another task of this one, has it.
    func lock(_ name: NodeLockName) async throws(StoreError) -> (any NodeLock)? {
        let key = name.key
        let result: Result<HeldNodeLock.Flag?, StoreError> = await withCheckedContinuation { continuation in
            queue.async {
                do throws(StoreError) {
                    continuation.resume(returning: .success(try self.tryLock(key)))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get().map { HeldNodeLock(key: key, flag: $0, node: self) }
    }

    /// Delivers what nodes signal, this one too, until the task is cancelled. After a loss of the connection
    /// it delivers `work`, as signals may have been missed.
    func listen(_ deliver: @escaping @Sendable (JobSignals.Topic) -> Void) async {
        let listener = Listener(deliver)
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                queue.async { self.add(listener, continuation) }
            }
        } onCancel: {
            queue.async { self.remove(listener) }
        }
    }

    /// Releases the lock unless it is lost already, then calls `done`.
    func unlock(_ key: Int, _ flag: HeldNodeLock.Flag, _ done: @escaping @Sendable () -> Void) {
        queue.async {
            defer { done() }
            guard flag.isSet, self.locks[key] === flag, let link = self.link else { return }
            flag.clear()
            self.locks[key] = nil
            do throws(ServerFailure) {
                try link.session.execute("SELECT pg_advisory_unlock($1)", [.integer(key)])
                self.read()
            } catch {
                self.lose()
            }
        }
    }

    /// Closes the connection; locks are lost, nothing is delivered any more.
    func close() {
        queue.async {
            self.isClosed = true
            self.lose()
        }
    }

    private func tryLock(_ key: Int) throws(StoreError) -> HeldNodeLock.Flag? {
        guard locks[key] == nil else { return nil }
        let session = try connected().session
        do throws(ServerFailure) {
            let rows = try session.execute("SELECT pg_try_advisory_lock($1)", [.integer(key)])
            let isFree = rows.flag(0, 0)
            let flag = isFree ? HeldNodeLock.Flag() : nil
            locks[key] = flag
            // Signals may have come in with the answer: Dispatch does not see those.
            queue.async { self.read() }
            return flag
        } catch {
            lose()
            throw error.storeError
        }
    }

    private func add(_ listener: Listener, _ end: CheckedContinuation<Void, Never>) {
        guard !listener.isCancelled else { return end.resume() }
        listener.end = end
        listeners[ObjectIdentifier(listener)] = listener
        connectForListeners()
    }

    private func remove(_ listener: Listener) {
        listener.isCancelled = true
        listeners[ObjectIdentifier(listener)] = nil
        listener.end?.resume()
        listener.end = nil
    }

    private func connected() throws(StoreError) -> NodeLink {
        if let link { return link }
        guard !isClosed else { throw StoreError(.busy, "the node's connection is closed") }
        if let pause, pause.end > .now { throw pause.cause }
        do throws(ServerFailure) {
            let new = try NodeLink(settings, on: queue) { [weak self] in self?.read() }
            link = new
            pause = nil
            delay.succeed()
            queue.async { self.deliver(.work) }
            return new
        } catch {
            pause = (.now + delay.fail(random: random()), error.storeError)
            throw error.storeError
        }
    }

    /// Connects now, or when the pause is over.
    private func connectForListeners() {
        guard !listeners.isEmpty, !isClosed, !isRetryPlanned else { return }
        do throws(StoreError) { _ = try connected() } catch { planRetry() }
    }

    private func planRetry() {
        let (seconds, attoseconds) = ((pause?.end ?? .now) - .now).components
        let nanoseconds = max(0, seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
        isRetryPlanned = true
        queue.asyncAfter(deadline: .now() + .nanoseconds(Int(nanoseconds))) { [weak self] in
            self?.isRetryPlanned = false
            self?.connectForListeners()
        }
    }

    /// Delivers what has come.
    private func read() {
        guard let link else { return }
        do throws(ServerFailure) {
            for payload in try link.receive() {
                if let topic = JobSignals.Topic(payload: payload) { deliver(topic) }
            }
        } catch {
            lose()
        }
    }

    private func deliver(_ topic: JobSignals.Topic) {
        for listener in listeners.values { listener.deliver(topic) }
    }

    private func lose() {
        link?.close()
        link = nil
        for flag in locks.values { flag.clear() }
        locks = [:]
        connectForListeners()
    }
}
