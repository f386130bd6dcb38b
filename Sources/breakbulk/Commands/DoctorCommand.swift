import ArgumentParser
import Formats

/// `breakbulk doctor`: what is wrong with a set-up and how to mend it.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check configuration, database, folders and port; say how to mend them.",
        discussion: "Changes nothing. Exit codes: 0 nothing is wrong, 1 something is.")

    @OptionGroup var database: DatabaseOptions

    @Option(help: "The address to listen on, such as 127.0.0.1:8080.")
    var listen: String?

    @Flag(help: "Print a JSON array of findings.")
    var json = false

    func run() async throws {
        let findings = await findings()
        if json {
            Console.line(JSONText.line(.array(findings.map(\.value))))
        } else {
            findings.flatMap(\.lines).forEach(Console.line)
        }
        let isSick = findings.contains { $0.level == .problem }
        throw ExitCode((isSick ? CommandExit.someFailed : .success).rawValue)
    }

    private func findings() async -> [Finding] {
        var overrides = database.overrides
        overrides["listen"] = listen
        do throws(CommandFailure) {
            let plan = try ServePlan.load(
                file: database.config, environment: SystemEnvironment.variables, overrides: overrides)
            return [.good("configuration", database.config ?? "no file, which is fine.")]
                + (await Doctor(plan: plan).findings())
        } catch {
            return [
                .problem(
                    "configuration", error.message, mend: "correct that place; nothing else was checked.")
            ]
        }
    }
}
