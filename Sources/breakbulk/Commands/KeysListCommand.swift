import ArgumentParser
import Engine
import Formats

/// `breakbulk keys list`: all keys, never their secrets.
struct KeysListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the API keys, oldest first; secrets are not stored.")

    @Flag(help: "Print a JSON array.")
    var json = false

    @OptionGroup var database: DatabaseOptions

    func run() async throws {
        let opened = try await KeyStore.open(database)
        defer { opened.close() }
        let store = opened.store
        let keys: [StoredKey]
        do {
            keys = try await store.keys()
        } catch {
            throw StoreFailure.failure(error)
        }
        guard !json else {
            return Console.line(JSONText.line(.array(keys.map { KeyText.value($0, plaintext: nil) })))
        }
        guard !keys.isEmpty else {
            return Console.note("No keys. Make one: breakbulk keys create --tenant NAME")
        }
        KeyText.lines(keys).forEach(Console.line)
    }
}
