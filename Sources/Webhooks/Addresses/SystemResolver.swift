import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The system's resolver, on threads of its own: it blocks, and cannot be told to stop.
package final class SystemResolver: NameResolver {
    private let queue = DispatchQueue(label: "breakbulk.resolver", attributes: .concurrent)
    private let underWay = Mutex(0)
    private let timeout: Duration
    private let sleep: @Sendable (Duration) async throws -> Void

    /// Threads that may hang in the resolver at once.
    private static let underWayMax = 32

    package init(timeout: Duration, sleep: @escaping @Sendable (Duration) async throws -> Void) {
        self.timeout = timeout
        self.sleep = sleep
    }

    package func addresses(of name: String) async throws(ResolveFailure) -> [IPAddress] {
        let isFree = underWay.withLock { count in
            guard count < Self.underWayMax else { return false }
            count += 1
            return true
        }
        guard isFree else { throw .busy }
        let answer = LateAnswer()
        queue.async { [self] in
            answer.give(Self.lookUp(name))
            underWay.withLock { $0 -= 1 }
        }
        let result = await withTaskGroup(of: Void.self) { group in
            // Cancelled or run out, the time is over in both cases.
            group.addTask { [self] in
                try? await sleep(timeout)
                answer.give(.failure(.timeout))
            }
            let result = await answer.wait()
            group.cancelAll()
            return result
        }
        return try result.get()
    }

    private static func lookUp(_ name: String) -> Result<[IPAddress], ResolveFailure> {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        #if canImport(Glibc)
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
            hints.ai_socktype = SOCK_STREAM
        #endif
        hints.ai_flags = AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(name, nil, &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        guard status == 0 else { return .failure(status == EAI_AGAIN ? .timeout : .unknownName) }
        var found: [IPAddress] = []
        var entry = list
        while let current = entry {
            // An answer of an unknown kind cannot be judged, so it must not be overlooked.
            guard let address = address(current.pointee) else { return .failure(.unknownName) }
            if !found.contains(address) { found.append(address) }
            entry = current.pointee.ai_next
        }
        return found.isEmpty ? .failure(.unknownName) : .success(found)
    }

    private static func address(_ info: addrinfo) -> IPAddress? {
        guard let pointer = info.ai_addr else { return nil }
        switch info.ai_family {
        case AF_INET:
            let four = UnsafeRawPointer(pointer).load(as: sockaddr_in.self)
            return .v4(UInt32(bigEndian: four.sin_addr.s_addr))
        case AF_INET6:
            let six = UnsafeRawPointer(pointer).load(as: sockaddr_in6.self)
            return withUnsafeBytes(of: six.sin6_addr) { IPAddress.six($0) }
        default: return nil
        }
    }
}
