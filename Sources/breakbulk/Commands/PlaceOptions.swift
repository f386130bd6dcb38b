import ArgumentParser

/// Where a command works: on a server, or straight on a database.
struct PlaceOptions: ParsableArguments {
    @OptionGroup var server: ServerOptions
    @OptionGroup var database: DatabaseOptions

    /// True when no server is asked.
    var isDirect: Bool { database.database != nil || database.config != nil }

    /// Refuses to guess when both are named.
    func check() throws {
        guard isDirect, server.server != nil || server.key != nil else { return }
        throw ValidationError(
            "Give --server and --key for a server, or --database (--config) for a file, not both.")
    }

    /// Lends a desk to the body; a database is opened before and closed after it.
    func withDesk<Result: Sendable>(
        _ body: @escaping @Sendable (any JobDesk) async throws(CommandFailure) -> Result
    ) async throws(CommandFailure) -> Result {
        let environment = SystemEnvironment.variables
        guard isDirect else { return try await body(server.desk(environment: environment)) }
        return try await LocalDesk.lend(
            database, tenant: server.tenant, environment: environment, body)
    }
}
