import ArgumentParser

/// The program: one binary that serves a database in bulk, and the commands around it.
@main
struct Breakbulk: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "breakbulk",
        abstract: "Bulk operations for the database you already have: one outcome for every record.",
        discussion: "Try it: breakbulk demo",
        version: version,
        subcommands: [
            ServeCommand.self, DemoCommand.self, LoadCommand.self, ExportCommand.self, ProcessCommand.self,
            JobsCommand.self, WatchCommand.self, KeysCommand.self, WebhooksCommand.self, SampleCommand.self,
            DoctorCommand.self,
        ])

    /// Runs the command line; differs from the package's own in that usage errors exit with 2, as documented.
    static func main() async {
        do {
            var command = try command(from: nil)
            guard var asynchronous = command as? any AsyncParsableCommand else {
                try command.run()
                return
            }
            try await asynchronous.run()
        } catch let failure as CommandFailure {
            Console.note(failure.text)
            exit(withError: ExitCode(failure.status.rawValue))
        } catch {
            leave(error)
        }
    }

    /// The command that the arguments (nil: the program's own) name, checked.
    static func command(from arguments: [String]?) throws -> any ParsableCommand {
        try parseAsRoot(arguments)
    }

    private static func leave(_ error: any Error) -> Never {
        guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
        Console.note(fullMessage(for: error))
        exit(withError: ExitCode(CommandExit.usage.rawValue))
    }
}
