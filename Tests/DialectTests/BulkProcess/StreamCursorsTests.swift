import BulkModel
import Testing

@testable import Dialects

@Suite("Cursors of streams") struct StreamCursorsTests {
    private func cursors(tenant: String = "acme", table: String = "orders") -> StreamCursors {
        StreamCursors(signer: PlainSigner(), tenant: TenantID(tenant), table: table)
    }

    @Test("a cursor is read by who it was made for")
    func roundTrip() throws {
        let place = try cursors().read(cursors().make(JobID("bulk-op-a"), behind: 500))
        #expect(place.id == JobID("bulk-op-a"))
        #expect(place.behind == 500)
    }

    @Test("another tenant, another table, any altered character and anything else is refused")
    func forged() {
        let cursor = cursors().make(JobID("bulk-op-a"), behind: 500)
        var readers = [(cursors(tenant: "other"), cursor), (cursors(table: "Orders"), cursor)]
        for index in cursor.indices {
            var altered = cursor
            altered.replaceSubrange(index...index, with: cursor[index] == "A" ? "B" : "A")
            readers.append((cursors(), altered))
        }
        readers += ["", ".", "checkpoint-500", cursor + "A", String(cursor.dropLast())].map {
            (cursors(), $0)
        }
        for (reader, token) in readers {
            let refusal = #expect(throws: Refusal.self) { try reader.read(token) }
            #expect(refusal?.code == .invalidRequest)
            #expect(refusal?.issue == "invalid_cursor")
        }
    }
}
