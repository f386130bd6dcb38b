import BulkModel
import Testing

@testable import Formats

@Suite("Bodies that wrap records")
struct JSONEnvelopeTests {
    /// What a body came to, in a form that tests can compare.
    private struct Reading: Hashable {
        var name: String?
        var records = ""
        var members: [JSONValue.Member] = []
        /// In which order records and members came.
        var order = ""
        var hasEnded = false
        var error: FormatError?
    }

    private static func read(_ pieces: [[UInt8]], limits: Limits = Limits()) -> Reading {
        var reading = Reading()
        let names = JSONEnvelope.Names(records: ["resources", "records"], others: ["options", "more"])
        var envelope = JSONEnvelope(names: names, limits: limits)
        var records: [UInt8] = []
        do {
            for piece in pieces {
                envelope.take(piece)
                while let event = try envelope.next() {
                    switch event {
                    case .recordsBegin(let name):
                        reading.name = name
                        reading.order += "["
                    case .bytes(let bytes):
                        #expect(!bytes.isEmpty)
                        records += bytes
                    case .recordsEnd: reading.order += "]"
                    case .member(let member):
                        reading.members.append(member)
                        reading.order += "m"
                    case .end: reading.hasEnded = true
                    }
                }
            }
            try envelope.finish()
            reading.records = String(decoding: records, as: UTF8.self)
        } catch {
            // How much of the records was handed on before the error depends on the cuts.
            reading.error = error
        }
        return reading
    }

    /// The verifier: whole, byte by byte and at every cut the result is the same.
    private static func verify(
        _ text: String, limits: Limits = Limits(), seed: UInt64 = 1,
        sourceLocation: SourceLocation = #_sourceLocation
    ) -> Reading {
        let bytes = Array(text.utf8)
        let expected = read([bytes], limits: limits)
        for pieces in Pieces.all(bytes, seed: seed) {
            let reading = read(pieces, limits: limits)
            #expect(reading == expected, "cut as \(pieces.map(\.count))", sourceLocation: sourceLocation)
        }
        return expected
    }

    @Test("the array is handed through as it stands and the other members are read, in either order")
    func bothOrders() {
        let array = "[ {\"name\": \"a]}\\\"\", \"metadata\": {\"k\": [1, {}]}},\n {\"name\": \"ü\"} ]"
        let options = "{\"upsert\": true, \"chunk_size\": 5}"
        let value: JSONValue = .object([.init("upsert", true), .init("chunk_size", 5)])
        let first = Self.verify(" {\"resources\" : \(array), \"options\": \(options)} \n")
        #expect(
            first
                == Reading(
                    name: "resources", records: array, members: [.init("options", value)], order: "[]m",
                    hasEnded: true))
        let second = Self.verify("{\"options\":\(options),\"records\":\(array)}")
        #expect(second.name == "records")
        #expect(second.records == array)
        #expect(second.order == "m[]")
    }

    @Test(
        "members may be missing and of any kind",
        arguments: [
            ("{}", nil, []), ("{\"records\":[]}", "[]", []), ("{\"records\": [ ] }", "[ ]", []),
            ("{\"options\": null}", nil, [.init("options", nil)]),
            ("{\"opti\\u006fns\": -1, \"more\": \"x\"}", nil, [.init("options", -1), .init("more", "x")]),
            ("{\"records\":[1,\"a\",null,[[]]],\"more\":[]}", "[1,\"a\",null,[[]]]", [.init("more", [])]),
        ] as [(String, String?, [JSONValue.Member])])
    func kinds(body: String, records: String?, members: [JSONValue.Member]) {
        let reading = Self.verify(body)
        #expect(reading.error == nil)
        #expect(reading.hasEnded)
        #expect(reading.records == records ?? "")
        #expect(reading.members == members)
    }

    @Test(
        "each fault is told with its byte, however the body is cut",
        arguments: [
            ("", .badSyntax, 0, "empty"), ("  ", .badSyntax, 2, "empty"),
            ("[]", .badSyntax, 0, "must be a JSON object"),
            ("\u{FEFF}{}", .badSyntax, 0, "must be a JSON object"),
            ("{", .truncated, 1, "cut short"), ("{\"records\":[{\"a\":1}", .truncated, 19, "cut short"),
            ("{\"records\":[1]", .truncated, 14, "cut short"), ("{\"rec", .truncated, 5, "cut short"),
            ("{} {}", .badSyntax, 3, "follows"), ("{,}", .badSyntax, 1, "not valid"),
            ("{\"more\":1,}", .badSyntax, 10, "not valid"), ("{\"more\" 1}", .badSyntax, 8, "not valid"),
            ("{\"more\":1 \"options\":1}", .badSyntax, 10, "not valid"),
            ("{\"more\":01}", .badSyntax, 8, "number"), ("{\"more\":x}", .badSyntax, 8, "not valid"),
            ("{\"more\":{\"a\":tru}}", .badSyntax, 16, "not valid"),
            ("{\"more\":[}}", .badSyntax, 9, "not valid"),
            ("{\"other\":1}", .badSyntax, 1, "known: resources, records, options, more"),
            ("{\"more\":1,\"more\":2}", .duplicateKey, 10, "\"more\" twice"),
            ("{\"more\":{\"a\":1,\"a\":2}}", .duplicateKey, 15, "same key"),
            ("{\"records\":[],\"records\":[]}", .duplicateKey, 14, "\"records\" twice"),
            ("{\"records\":[],\"resources\":[]}", .duplicateKey, 26, "two arrays"),
            ("{\"records\":{}}", .badSyntax, 11, "must be an array"),
            ("{\"records\":null}", .badSyntax, 11, "must be an array"),
            ("{\"records\":[1 2]}", .badSyntax, 14, "comma"),
            ("{\"records\":[1,]}", .badSyntax, 14, "not valid"),
            ("{\"records\":[,1]}", .badSyntax, 12, "not valid"),
            ("{\"records\":[{]}", .badSyntax, 13, "not valid"),
            ("{\"records\":[\"\n\"]}", .badSyntax, 13, "control character"),
            ("{\"records\":[1}", .badSyntax, 13, "comma"),
        ] as [(String, FormatError.Code, Int, String)])
    func faults(body: String, code: FormatError.Code, byte: Int, words: String) throws {
        let error = try #require(Self.verify(body).error)
        #expect(error.code == code)
        #expect(error.position.byte == byte)
        #expect(error.message.contains(words), "\(error.message)")
    }

    @Test("more records than are taken are refused, and the bound is named")
    func tooMany() {
        var limits = Limits()
        limits.bulkRecordsMax = 2
        #expect(Self.verify("{\"records\":[1,2]}", limits: limits).error == nil)
        let error = Self.verify("{\"records\":[1,2, 3]}", limits: limits).error
        #expect(error?.code == .tooLarge)
        #expect(error?.position.byte == 17)
        #expect(error?.message.contains("more than the 2 records that") == true)
    }

    @Test("what stands beside the records is bounded")
    func longMembers() {
        var limits = Limits()
        limits.importOptionsBytesMax = 20
        for body in [
            "{\"more\":\"\(String(repeating: "x", count: 30))\"}",
            "{\"\(String(repeating: "x", count: 30))\":1}",
        ] {
            #expect(Self.verify(body, limits: limits).error?.code == .tooLarge)
        }
        #expect(
            Self.verify("{\"records\":[\"\(String(repeating: "x", count: 30))\"]}", limits: limits).error
                == nil)
    }

    @Test("a fault behind the bound is not looked at, however the body is cut")
    func faultBehindBound() {
        var limits = Limits()
        limits.importOptionsBytesMax = 20
        let error = Self.verify("{\"more\":\"\(String(repeating: "x", count: 20))\n\"}", limits: limits).error
        #expect(error?.code == .tooLarge)
        #expect(error?.position.byte == 8)
    }

    @Test("nesting is bounded")
    func depth() {
        let deep = String(repeating: "[", count: 65) + String(repeating: "]", count: 65)
        #expect(Self.verify("{\"records\":[\(deep)]}").error?.code == .tooDeep)
        #expect(Self.verify("{\"more\":\(deep)}").error?.code == .tooDeep)
        #expect(Self.verify("{\"records\":[\(deep.dropFirst().dropLast())]}").error == nil)
    }

    @Test("random text is read the same however it is cut")
    func random() {
        var generator = SeededGenerator(seed: 5)
        let words = [
            "{", "}", "[", "]", ",", ":", "\"records\"", "\"options\"", "\"", "\\", "1", "null", " ", "\"a\"",
            "\n",
        ]
        for round in 0..<300 {
            var text = ["", "{\"records\":[", "{\"options\":{"].randomElement(using: &generator) ?? ""
            for _ in 0..<Int.random(in: 0...20, using: &generator) {
                text += words.randomElement(using: &generator) ?? ""
            }
            _ = Self.verify(text, seed: UInt64(round))
        }
    }
}
