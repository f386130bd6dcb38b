import ArgumentParser

/// `breakbulk webhooks`: what signs the webhooks, straight on the database.
struct WebhooksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhooks", abstract: "Show and replace the secrets that webhooks are signed with.",
        subcommands: [WebhooksSecretCommand.self])
}
