using System.Buffers.Binary;
using AeServerless.Engine.Tests.Fixtures;
using CsCheck;

namespace AeServerless.Engine.Tests.Tensors;

public sealed class SafetensorsHeaderTests
{
    private const string A = """ "a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]} """;

    [Theory]
    [InlineData("[]", 0, "must be a JSON object")]
    [InlineData("", 0, "not valid JSON")]
    [InlineData("{", 0, "not valid JSON")]
    [InlineData("{}x", 0, "not valid JSON")]
    [InlineData("{}{}", 0, "not valid JSON")]
    [InlineData("{\"\\ud800\":{}}", 0, "not valid Unicode")]
    [InlineData("{" + A + "," + A + "}", 8, "tensor 'a': stands twice")]
    [InlineData("{\"a\":1}", 0, "tensor 'a': must be an object")]
    [InlineData("{\"a\":{}}", 0, "tensor 'a': must have dtype, shape and data_offsets")]
    [InlineData("{\"a\":{\"dtype\":\"F33\",\"shape\":[],\"data_offsets\":[0,4]}}", 4, "unknown dtype 'F33'; known are F64, F32, F16, BF16")]
    [InlineData("{\"a\":{\"dtype\":3,\"shape\":[],\"data_offsets\":[0,4]}}", 4, "dtype must be a string")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}", 4, "dtype stands twice")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", 4, "shape must be whole numbers")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}", 4, "shape must be whole numbers")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[[1]],\"data_offsets\":[0,4]}}", 4, "shape must be whole numbers")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":2,\"data_offsets\":[0,4]}}", 4, "shape must be a list")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[9223372036854775807,2],\"data_offsets\":[0,4]}}", 4, "larger than any file")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}", 0, "larger than any file")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,4]}}", 4, "shape must be whole numbers")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}", 4, "data_offsets must be two numbers")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,8]}}", 8, "data_offsets must be two numbers")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,4]}}", 8, "begin at 8, after their end 4")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,0]}}", 4, "data_offsets must be whole numbers")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}", 8, "end at 16, but the file has only 8 bytes")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}", 8, "needs 12 bytes (F32), but data_offsets span 8")]
    [InlineData(
        "{" + A + ",\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8,
        "tensor 'b': overlaps tensor 'a': its data begin at offset 4, before the end of the other at offset 8")]
    [InlineData("{" + A + ",\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[12,16]}}", 16, "tensor 'b': leaves a gap of 4 bytes")]
    [InlineData("{" + A + "}", 9, "has 1 bytes at its end that belong to no tensor")]
    [InlineData("{\"__metadata__\":1}", 0, "__metadata__ must be an object of strings")]
    [InlineData("{\"__metadata__\":{\"k\":24}}", 0, "__metadata__ 'k' must be a string")]
    [InlineData("{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}}", 0, "__metadata__ 'k' stands twice")]
    [InlineData("{\"__metadata__\":{},\"__metadata__\":{}}", 0, "__metadata__ stands twice")]
    [InlineData("{\"a\\u001b[31m\\n\":1}", 0, "tensor 'a\\u001b[31m\\u000a'")]
    public async Task HostileHeader_NamesFileAndFault(string header, int dataLength, string message)
    {
        var error = await Assert.ThrowsAsync<InvalidInputException>(
            () => SafetensorsBytes.OpenAsync(SafetensorsBytes.Of(header, dataLength), "some.safetensors"));

        Assert.StartsWith("some.safetensors", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData(3UL, "has 0 bytes", 0)]
    [InlineData(100_000_001UL, "at most 100000000", 8)]
    [InlineData(ulong.MaxValue, "at most 100000000", 8)]
    [InlineData(1000UL, "has only 8 bytes in all", 8)]
    public async Task HeaderLength_BeyondFileOrCap_Throws(ulong declared, string message, int fileLength)
    {
        var prefix = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, declared);

        var error = await Assert.ThrowsAsync<InvalidInputException>(() => SafetensorsBytes.OpenAsync(prefix[..fileLength]));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LargeDeclaredHeaderInShortFile_AllocatesNothingOfItsSize()
    {
        var file = SafetensorsBytes.Of("{}", 0);
        BinaryPrimitives.WriteUInt64LittleEndian(file, 99_999_999);
        var before = GC.GetAllocatedBytesForCurrentThread();

        await Assert.ThrowsAsync<InvalidInputException>(() => SafetensorsBytes.OpenAsync(file));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Theory]
    [InlineData("{\"__metadata__\":null," + A + "}")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"x\":0}}")]
    [InlineData("{\"a\":{\"x\":{\"y\":[[{}],null]},\"dtype\":\"F32\",\"shape\":[2],\"z\":\"\",\"data_offsets\":[0,8]}}")]
    public async Task WhatTheReferenceReaderIgnores_IsIgnored(string header)
    {
        var file = await SafetensorsBytes.OpenAsync(SafetensorsBytes.Of(header, 8));

        Assert.Equal([2L], file.GetTensor("a").Shape);
        Assert.Empty(file.Metadata);
    }

    [Fact]
    public void MutatedHeader_OpensOrThrowsInvalidInput()
    {
        var valid = System.Text.Encoding.UTF8.GetBytes(
            "{\"__metadata__\":{\"k\":\"v\"}," + A + ",\"b\":{\"dtype\":\"I64\",\"shape\":[1,1],\"data_offsets\":[8,16]}}");
        var mutation = Gen.Select(Gen.Int[0, valid.Length - 1], Gen.Byte).Array[1, 4];

        mutation.Sample(mutations =>
        {
            var header = (byte[])valid.Clone();
            foreach (var (index, value) in mutations)
            {
                header[index] = value;
            }

            var outcome = Record.Exception(() => SafetensorsBytes.OpenAsync(SafetensorsBytes.Of(header, 16)).GetAwaiter().GetResult());
            Assert.True(outcome is null or InvalidInputException, outcome?.ToString());
        });
    }
}
