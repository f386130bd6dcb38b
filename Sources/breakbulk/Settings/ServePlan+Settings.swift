extension ServePlan {
    /// The plan that file, environment and command line make together; a faulty setting is a usage error.
    static func load(
        file: String?, environment: [String: String], overrides: [String: String]
    ) throws(CommandFailure) -> ServePlan {
        do throws(SettingsError) {
            return ServePlan(
                try Settings.load(file: file, environment: environment, overrides: overrides))
        } catch {
            throw CommandFailure(.usage, error.description)
        }
    }

    /// What a server needs of the settings.
    init(_ settings: Settings) {
        self.init(
            database: settings.database, host: settings.listen.host, port: settings.listen.port,
            publicURL: settings.publicURL, uploadsPath: settings.uploadsPath, limits: settings.limits,
            rules: settings.tables, jwt: settings.jwt, webhooks: settings.webhooks, isOpen: settings.isOpen)
    }
}
