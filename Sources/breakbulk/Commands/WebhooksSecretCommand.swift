import ArgumentParser
import BulkModel
import Engine
import Formats
import Webhooks

/// `breakbulk webhooks secret`: shows the secret in force, or makes a new one.
struct WebhooksSecretCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secret", abstract: "Show the secret that webhooks are signed with, or replace it.",
        discussion: """
            breakbulk webhooks secret --tenant tenant-123 --rotate

            Without --tenant it is the secret of all tenants that have none of their own. A replaced secret goes on \
            signing beside the new one for 24 hours.
            """)

    @Option(help: "The tenant; without --rotate also shows what it takes over from the server.")
    var tenant: String?

    @Flag(help: "Make a new secret and put it in force.")
    var rotate = false

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup var database: DatabaseOptions

    func validate() throws {
        if let tenant, tenant.isEmpty { throw ValidationError("--tenant must not be empty.") }
    }

    func run() async throws {
        let plan = try ServePlan.load(
            file: database.config, environment: SystemEnvironment.variables, overrides: database.overrides)
        let configured = try plan.webhookSettings().secret
        guard !rotate || tenant != nil || configured == nil else {
            throw CommandFailure(
                .refused,
                "webhooks.secret of the configuration is in force; change it there, or name a --tenant.")
        }
        let opened = try await OpenDatabase.open(plan.database, limits: plan.limits, role: .tool)
        defer { opened.close() }
        let owner = tenant.map { TenantID($0) }
        do {
            let secrets = WebhookSecrets(
                store: opened.store,
                sealer: SecretSealer(
                    rootSecret: try await opened.store.rootSecret(orElse: SystemRandom.bytes(32))),
                configured: configured, clock: .system, random: SystemRandom.bytes)
            guard rotate else {
                let (secret, source) = try await secrets.current(of: owner)
                return show(secret, source)
            }
            show(try await secrets.rotate(owner), owner == nil ? .server : .tenant)
        } catch {
            throw StoreFailure.failure(error)
        }
    }

    private func show(_ secret: SigningSecret, _ source: WebhookSecrets.Source) {
        guard !json else {
            return Console.line(
                JSONText.line([
                    "tenant": tenant.map(JSONValue.string) ?? .null, "secret": .string(secret.text),
                    "source": .string(source.rawValue), "rotated": .bool(rotate),
                ]))
        }
        Console.line(secret.text)
        Console.note(Self.note(source, tenant: tenant, rotated: rotate))
    }

    private static func note(_ source: WebhookSecrets.Source, tenant: String?, rotated: Bool) -> String {
        let whose =
            switch source {
            case .tenant: "This is the secret of tenant \(tenant ?? "")."
            case .configuration: "This is the configuration's, for all tenants without one of their own."
            case .server: "This is the server's own, for all tenants without one of their own."
            }
        return rotated ? "\(whose) The one before goes on signing beside it for 24 hours." : whose
    }
}
