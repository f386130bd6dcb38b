import ArgumentParser

/// Which database to work on directly.
struct DatabaseOptions: ParsableArguments {
    @Option(help: "The configuration file.")
    var config: String?

    @Option(
        help: "The database, sqlite:PATH or postgres://user@host/name; overrides the configuration file.")
    var database: String?

    @Option(help: "The folder of uploads and results; one that all servers of a PostgreSQL database reach.")
    var uploads: String?

    /// What the command line sets over the file and the environment.
    var overrides: [String: String] {
        var overrides: [String: String] = [:]
        overrides["database"] = database
        overrides["uploads.path"] = uploads
        return overrides
    }
}
