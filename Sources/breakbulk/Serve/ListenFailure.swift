import NIOCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Why a server ended by itself, in words: mostly because it could not listen.
enum ListenFailure {
    static func failure(_ error: any Error, host: String, port: Int) -> CommandFailure {
        let hint =
            switch (error as? IOError)?.errnoCode {
            case EADDRINUSE: "another program listens there; stop it, or choose another address with --listen"
            case EADDRNOTAVAIL: "this machine has no such address; choose another one with --listen"
            case EACCES: "ports below 1024 are for root; choose another one with --listen"
            default: nil as String?
            }
        guard let hint else { return CommandFailure(.refused, "The server ended: \(error)") }
        return CommandFailure(.refused, "Cannot listen on \(host):\(port): \(hint).")
    }
}
