import ArgumentParser

/// Which database to work on directly.
struct DatabaseOptions: ParsableArguments {
    @Option(help: "The configuration file.")
    var config: String?

    @Option(help: "The database, such as sqlite:./breakbulk.db; overrides the configuration file.")
    var database: String?

    /// What the command line sets over the file and the environment.
    var overrides: [String: String] { database.map { ["database": $0] } ?? [:] }
}
