import Foundation

extension Settings {
    /// The file that is read when it is there and none is named.
    static let standardFile = "breakbulk.yaml"
    static let fileVariable = "BREAKBULK_CONFIG"
    private static let fileBytesMax = 4 << 20

    /// Reads the file, then lets `BREAKBULK_*` variables and then `overrides` (by key, see `overridable`) win.
    ///
    /// The file is `file`, else the variable BREAKBULK_CONFIG, else `breakbulk.yaml` if there is one.
    static func load(
        file: String?, environment: [String: String], overrides: [String: String]
    ) throws(SettingsError) -> Settings {
        var settings = Settings()
        let named = file ?? environment[fileVariable]
        let path = named ?? standardFile
        if named != nil || FileManager.default.fileExists(atPath: path) {
            try settings.apply(yaml: try text(of: path), file: path)
        }
        for (key, variable, option) in overridable {
            // An empty variable is what scripts leave behind that mean none.
            if let value = environment[variable], !value.isEmpty {
                try settings.set(key, value, at: variable)
            }
            if let value = overrides[key] { try settings.set(key, value, at: option) }
        }
        try settings.check()
        return settings
    }

    /// UTF-8 text of a small file.
    static func text(of path: String) throws(SettingsError) -> String {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw SettingsError(
                .unreadable, at: path, "the file cannot be read: \(error.localizedDescription)")
        }
        guard data.count <= fileBytesMax, let text = String(bytes: data, encoding: .utf8) else {
            throw SettingsError(.unreadable, at: path, "the file must be UTF-8 text of at most 4 MiB.")
        }
        return text
    }

    /// Sets one of the overridable keys; `place` is the line, variable or option that says so.
    mutating func set(_ key: String, _ value: String, at place: String) throws(SettingsError) {
        switch key {
        case "database": database = try Self.database(value, at: place)
        case "listen":
            guard let address = ListenAddress(value) else {
                throw SettingsError(
                    .wrongType, at: place, "`listen` must be HOST:PORT, such as 127.0.0.1:8080.")
            }
            listen = address
        case "public_url": publicURL = try Self.publicURL(value, at: place)
        case "uploads.path":
            guard !value.isEmpty else {
                throw SettingsError(.wrongType, at: place, "`uploads.path` must be a folder.")
            }
            uploadsPath = value
        default: preconditionFailure("\(key) is not overridable")
        }
    }

    private static func database(_ value: String, at place: String) throws(SettingsError) -> DatabaseAddress {
        if let address = DatabaseAddress(value) { return address }
        // What was given is not quoted: it may hold a password.
        throw SettingsError(
            .wrongType, at: place,
            "`database` must be sqlite:PATH, such as sqlite:./breakbulk.db, or postgres://user@host/name.")
    }

    private static func publicURL(_ value: String, at place: String) throws(SettingsError) -> String {
        guard let url = URL(string: value), ["http", "https"].contains(url.scheme), url.host() != nil,
            url.query() == nil, url.fragment() == nil
        else {
            throw SettingsError(
                .wrongType, at: place, "`public_url` must be an address such as https://bulk.example.com.")
        }
        return value.hasSuffix("/") ? String(value.dropLast()) : value
    }

    /// What no single key can know.
    private func check() throws(SettingsError) {
        guard !isOpen || listen.isLoopback else {
            throw SettingsError(
                .refused, at: "auth.mode",
                "`open` lets everybody do everything, so it is for loopback only, and `listen` is "
                    + "\(listen.host):\(listen.port); use `keys`, or listen on 127.0.0.1.")
        }
    }
}
