import ArgumentParser

/// Which server to talk to, and as whom.
struct ServerOptions: ParsableArguments {
    @Option(
        help: """
            The server's address; else the variable BREAKBULK_URL, else \(ServerAddress.standard).
            """)
    var server: String?

    @Option(help: "The API key or JWT; else the variable BREAKBULK_KEY.")
    var key: String?

    @Option(help: "The tenant to act for, where the key may act for several.")
    var tenant: String?

    /// The server that options and environment name.
    func desk(environment: [String: String]) throws(CommandFailure) -> ServerDesk {
        let address = try ServerAddress(server ?? environment["BREAKBULK_URL"] ?? ServerAddress.standard)
        return ServerDesk(address: address, key: key ?? environment["BREAKBULK_KEY"], tenant: tenant)
    }
}
