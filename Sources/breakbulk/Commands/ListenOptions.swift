import ArgumentParser
import Logging

/// Where and how loudly a server runs.
struct ListenOptions: ParsableArguments {
    @Option(help: "The address to listen on, such as 127.0.0.1:8080.")
    var listen: String?

    @Option(help: "What to log: trace, debug, info, notice, warning, error or critical.")
    var logLevel: String?

    func validate() throws {
        guard let logLevel, Logger.Level(rawValue: logLevel) == nil else { return }
        throw ValidationError("--log-level is trace, debug, info, notice, warning, error or critical.")
    }

    func level(orElse standard: Logger.Level) -> Logger.Level {
        logLevel.flatMap { Logger.Level(rawValue: $0) } ?? standard
    }
}
