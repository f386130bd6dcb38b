import ArgumentParser
import BulkModel
import Engine

/// `breakbulk keys revoke`: from now on the key is refused.
struct KeysRevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Revoke an API key; a running server refuses it from then on.")

    @Argument(help: "The key's id, as `breakbulk keys list` shows it.")
    var id: String

    @OptionGroup var database: DatabaseOptions

    func run() async throws {
        let opened = try await KeyStore.open(database)
        defer { opened.close() }
        let store = opened.store
        let isFound: Bool
        do {
            isFound = try await store.revokeKey(id, at: WallClock.system.now())
        } catch {
            throw StoreFailure.failure(error)
        }
        guard isFound else {
            throw CommandFailure(.refused, "There is no key \(id); see: breakbulk keys list")
        }
        Console.line("Key \(id) is revoked.")
    }
}
