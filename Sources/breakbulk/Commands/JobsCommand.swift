import ArgumentParser
import BulkModel
import Formats

/// `breakbulk jobs`: the newest jobs.
struct JobsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs", abstract: "List jobs, newest first.", discussion: CommandExit.help)

    @Option(help: "Only jobs in this state, such as InProgress.")
    var state: String?

    @Option(help: "At most this many, 1 to 1000.")
    var limit = 25

    @Flag(help: "Print a JSON array.")
    var json = false

    @OptionGroup var server: ServerOptions

    func validate() throws {
        guard (1...1000).contains(limit) else { throw ValidationError("--limit goes from 1 to 1000.") }
        guard let state, Self.state(state) == nil else { return }
        let names = JobView.stateNames.map(\.value).joined(separator: ", ")
        throw ValidationError("--state is one of \(names).")
    }

    func run() async throws {
        let desk = try server.desk(environment: SystemEnvironment.variables)
        let jobs = try await desk.jobs(state: state.flatMap(Self.state), limit: limit)
        guard !json else {
            return Console.line(JSONText.line(.array(jobs.map { .object($0.members) })))
        }
        guard !jobs.isEmpty else { return Console.note("No jobs.") }
        JobTable.lines(jobs).forEach(Console.line)
    }

    private static func state(_ name: String) -> JobState? {
        JobView.stateNames.first { $0.value.lowercased() == name.lowercased() }?.key
    }
}
