import ArgumentParser
import AsyncHTTPClient
import BulkModel
print("hi")
