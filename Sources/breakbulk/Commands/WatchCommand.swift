import ArgumentParser
import Formats

/// `breakbulk watch`: follows a job to its end.
struct WatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Follow a job to its end.", discussion: CommandExit.help)

    @Argument(help: "The job's id.")
    var job: String

    @Option(help: "Seconds to wait; the job goes on when they are over.")
    var timeout: Int?

    @Flag(help: "Print the job as one JSON object when it has ended.")
    var json = false

    @OptionGroup var server: ServerOptions

    func run() async throws {
        let desk = try server.desk(environment: SystemEnvironment.variables)
        let display = ProgressDisplay(isQuiet: json)
        let deadline = timeout.map { ContinuousClock.now + .seconds($0) }
        let begin = ContinuousClock.now
        let ended = try await JobWatch(desk: desk, display: display).wait(for: job, until: deadline)
        display.end()
        if json {
            Console.line(JSONText.line(.object(ended.members)))
        } else {
            let report = LoadReport(
                job: ended, bytes: 0, elapsed: begin.duration(to: .now),
                watchCommand: desk.watchCommand(for: ended.id))
            report.lines.forEach(Console.line)
        }
        throw ExitCode(ended.exitStatus.rawValue)
    }
}
