import ArgumentParser
import Logging

/// `breakbulk serve`: the server.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve a database; without options ./breakbulk.db on 127.0.0.1:8080.",
        discussion: """
            breakbulk serve --database sqlite:./shop.db --listen 127.0.0.1:8080
            breakbulk serve --database postgres://app@db.internal/shop --uploads /mnt/uploads

            Any number of servers may serve one PostgreSQL database; they share its jobs, and need one uploads folder.

            The first start prints an admin key once. Ctrl-C (SIGTERM) ends it in good order.
            """)

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var place: ListenOptions

    func run() async throws {
        var overrides = database.overrides
        overrides["listen"] = place.listen
        let plan = try ServePlan.load(
            file: database.config, environment: SystemEnvironment.variables, overrides: overrides)
        let server = try await Serving.open(plan: plan, logLevel: place.level(orElse: .info))
        try await server.run { workplace, baseURL async throws(CommandFailure) in
            if !plan.isOpen,
                let key = try await FirstKey.mintIfNone(in: workplace.store, tenant: FirstKey.tenant)
            {
                FirstKey.lines(key, tenant: FirstKey.tenant).forEach(Console.note)
            }
            Console.line("Breakbulk serves \(plan.database.shown) at \(baseURL)/v1")
        }
    }
}
