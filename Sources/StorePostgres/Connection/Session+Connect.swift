import CLibPQ

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension Session {
    /// Connects and sets the session up; blocks, for `ConnectionSettings.connectDurationMax` at most beside
    /// the look-up of the host's name.
    static func connect(_ settings: ConnectionSettings) throws(ServerFailure) -> Session {
        guard settings.isReadable else {
            // libpq's message would quote the URL, password and all.
            throw ServerFailure(state: "F0000", message: "the database URL cannot be read; correct it")
        }
        let session = Session(try start(settings.parameters))
        try session.establish(within: session.connectTimeout ?? ConnectionSettings.connectDurationMax)
        try session.run(settings.preamble)
        return session
    }

    /// False when the server has closed the connection meanwhile; costs no round trip.
    func isStillOpen() -> Bool {
        // A server that ends a session says why, and only then comes the end: so there is more than one thing
        // to read.
        for _ in 0..<3 {
            guard !isBroken else { return false }
            var entry = pollfd(fd: PQsocket(connection), events: Int16(POLLIN), revents: 0)
            guard poll(&entry, 1, 0) > 0 else { return true }
            guard PQconsumeInput(connection) == 1 else { return false }
        }
        return !isBroken
    }

    private static func start(
        _ parameters: [(keyword: String, value: String)]
    ) throws(ServerFailure) -> OpaquePointer {
        let words = parameters.map { (strdup($0.keyword), strdup($0.value)) }
        defer {
            for word in words {
                free(word.0)
                free(word.1)
            }
        }
        let keywords = words.map { UnsafePointer($0.0) } + [nil]
        let values = words.map { UnsafePointer($0.1) } + [nil]
        guard let connection = PQconnectStartParams(keywords, values, 1) else {
            throw ServerFailure(state: "53200", message: "out of memory for a connection")
        }
        // Notices are for people at a terminal; libpq would print them.
        _ = PQsetNoticeReceiver(connection, { _, _ in }, nil)
        // What refuses a connection comes as a text only; so it holds the SQLSTATE.
        _ = PQsetErrorVerbosity(connection, PQERRORS_VERBOSE)
        return connection
    }

    /// libpq's own blocking connect does not let its verbosity be set, so the waiting is ours.
    private func establish(within duration: Duration) throws(ServerFailure) {
        let deadline = ContinuousClock.now + duration
        var status = PGRES_POLLING_WRITING
        while !isBad, status != PGRES_POLLING_OK {
            let left = (deadline - .now).components
            let milliseconds = max(0, left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000)
            let events = status == PGRES_POLLING_READING ? POLLIN : POLLOUT
            var entry = pollfd(fd: PQsocket(connection), events: Int16(events), revents: 0)
            let code = poll(&entry, 1, Int32(clamping: milliseconds))
            if code < 0, errno == EINTR { continue }
            guard code > 0 else {
                throw ServerFailure(
                    state: "08001", message: "no answer within \(duration); is the server up?")
            }
            status = PQconnectPoll(connection)
        }
        if isBad { throw refusal() }
    }

    private var isBad: Bool { PQstatus(connection) == CONNECTION_BAD }

    /// `connect_timeout` of the URL or of `PGCONNECT_TIMEOUT`.
    private var connectTimeout: Duration? {
        guard let options = PQconninfo(connection) else { return nil }
        defer { PQconninfoFree(options) }
        var option = options
        while let keyword = option.pointee.keyword {
            if strcmp(keyword, "connect_timeout") == 0, let value = option.pointee.val {
                return Int(String(cString: value)).flatMap { $0 > 0 ? .seconds($0) : nil }
            }
            option += 1
        }
        return nil
    }

    /// The SQLSTATE out of `… FATAL:  28P01: password authentication failed …`; `08001` when the server said
    /// nothing.
    private func refusal() -> ServerFailure {
        let text = PQerrorMessage(connection).map { String(cString: $0) } ?? ""
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("LOCATION:") }
        let message = lines.joined(separator: "; ")
        let state = message.firstMatch(of: #/:  ([0-9A-Z]{5}): /#).map { String($0.1) }
        return ServerFailure(state: state ?? "08001", message: message)
    }
}
