import ArgumentParser
import Logging

/// `breakbulk demo`: the sample database, served, with a key and commands to paste.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Make the sample database, serve it, and print commands to try.")

    @Option(help: "Where database, uploads and key are kept.")
    var folder = "./demo"

    @Option(help: "Another database to make the sample tables in, such as sqlite:./other.db.")
    var database: String?

    @OptionGroup var place: ListenOptions

    func run() async throws {
        try Folder.make(folder)
        var overrides = [
            "database": database ?? "sqlite:\(folder)/breakbulk-demo.db", "uploads.path": "\(folder)/uploads",
        ]
        overrides["listen"] = place.listen
        let settings = try ServePlan.load(
            file: nil, environment: SystemEnvironment.variables, overrides: overrides)
        try await DemoDatabase(address: settings.database).make()
        let plan = try await DemoRules.add(to: settings)
        let demoKey = DemoKey(file: SecretFile(path: "\(folder)/key"))
        let server = try await Serving.open(plan: plan, logLevel: place.level(orElse: .warning))
        try await server.run { workplace, baseURL async throws(CommandFailure) in
            let key = try await demoKey.text(in: workplace.store)
            let banner = DemoBanner(
                baseURL: baseURL, key: key, tenant: DemoKey.tenant, database: plan.database.shown,
                program: CommandLine.arguments.first ?? "breakbulk")
            banner.lines.forEach(Console.line)
        }
    }
}
