import ArgumentParser
import BulkModel
import Engine
import Formats
import HTTPFront

/// `breakbulk keys create`: makes a key and shows it this once.
struct KeysCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make an API key; it is shown once and stored hashed.",
        discussion: "breakbulk keys create --tenant tenant-123 --scopes read,write")

    @Option(help: "The tenant whose rows and jobs the key is for.")
    var tenant: String

    @Option(help: "Further tenants it may act for with X-Tenant-ID, separated by commas.")
    var moreTenants: String?

    @Option(help: "What it may do: read, write, delete, query, admin, separated by commas.")
    var scopes = "read,write,delete,query"

    @Option(help: "The tables it may use, separated by commas; default: all.")
    var tables: String?

    @Option(help: "Days until it expires; default: never.")
    var expiresDays: Int?

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup var database: DatabaseOptions

    func validate() throws {
        guard !tenant.isEmpty else { throw ValidationError("--tenant must not be empty.") }
        _ = try Self.scopes(scopes)
        guard let expiresDays, !(1...36_500).contains(expiresDays) else { return }
        throw ValidationError("--expires-days goes from 1 to 36500.")
    }

    func run() async throws {
        let opened = try await KeyStore.open(database)
        defer { opened.close() }
        let store = opened.store
        let now = WallClock.system.now()
        let minted = APIKey.mint(
            tenant: TenantID(tenant), moreTenants: Self.list(moreTenants).map(TenantID.init),
            scopes: try Self.scopes(scopes), tables: tables.map { Set(Self.list($0)) }, createdAt: now,
            expiresAt: expiresDays.map { now + .seconds($0 * 86_400) }, random: SystemRandom.bytes)
        do {
            try await store.insert(minted.key)
        } catch {
            throw StoreFailure.failure(error)
        }
        guard !json else {
            return Console.line(JSONText.line(KeyText.value(minted.key, plaintext: minted.plaintext)))
        }
        Console.line(minted.plaintext)
        Console.note("Key \(minted.key.id) for tenant \(tenant). It is not shown again: keep it now.")
    }

    /// The scopes of a list; refuses unknown ones by name.
    static func scopes(_ text: String) throws -> Set<Caller.Scope> {
        let scopes = try list(text).map { name in
            guard let scope = Caller.Scope(rawValue: name) else {
                throw ValidationError("\(name) is no scope; there are read, write, delete, query and admin.")
            }
            return scope
        }
        guard !scopes.isEmpty else { throw ValidationError("--scopes must name at least one scope.") }
        return Set(scopes)
    }

    private static func list(_ text: String?) -> [String] {
        (text ?? "").split(separator: ",").map { String($0.filter { $0 != " " }) }
    }
}
