#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Whether a server could listen at an address.
enum PortProbe {
    static func isFree(host: String, port: Int) -> Bool {
        var hints = addrinfo()
        #if canImport(Glibc)
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
            hints.ai_socktype = SOCK_STREAM
        #endif
        hints.ai_flags = AI_PASSIVE
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &found) == 0, let address = found else { return false }
        defer { freeaddrinfo(address) }
        let facts = address.pointee
        let descriptor = socket(facts.ai_family, facts.ai_socktype, facts.ai_protocol)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        // As servers do: a connection that has just ended does not count as taken.
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        return bind(descriptor, facts.ai_addr, facts.ai_addrlen) == 0 && listen(descriptor, 1) == 0
    }
}
