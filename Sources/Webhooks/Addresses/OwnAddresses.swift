import NIOCore

/// The addresses that this server is reached at itself.
enum OwnAddresses {
    /// The addresses of a listener: one that listens on all of them is found at each of the machine's.
    static func of(listenHost: String) -> Set<IPAddress> {
        guard let address = IPAddress(listenHost) else {
            return listenHost == "localhost" ? loopback : []
        }
        guard address == .v4(0) || address == .v6(0, 0) else { return [address] }
        do {
            let devices = try System.enumerateDevices().compactMap { $0.address?.ipAddress }
            return loopback.union(devices.compactMap { IPAddress($0) }).union([address])
        } catch {
            return loopback.union([address])
        }
    }

    private static let loopback: Set<IPAddress> = [.v4(0x7F00_0001), .v6(0, 1)]
}
