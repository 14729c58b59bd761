using System.Net;
using System.Net.Http.Headers;
using AeServerless.Functions.Blobs;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;

namespace AeServerless.Functions.Tests.Blobs;

/// <summary>Reads of a storage whose answers lack bytes, one request at a time.</summary>
public sealed class ShortAnswerTests
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 64).Select(i => (byte)i)];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhatAnAnswerLacks_IsAskedForAgain()
    {
        using var storage = new StubStorage((_, from, end) => Answer(from, Math.Max(1, (end - from) / 2)), times: 4);
        var read = new byte[40];

        await storage.Open().ReadAsync(8, read, Cancel);

        Assert.Equal(Content[8..48], read);
        Assert.Equal(["8-47", "28-47", "38-47", "43-47", "45-47"], storage.Asked);
    }

    [Fact]
    public async Task AnswersThatBringNothing_EndTheReadWithItsReason()
    {
        using var storage = new StubStorage((_, from, _) => Answer(from, 0), times: int.MaxValue);

        var error = await Assert.ThrowsAsync<StorageException>(async () => await storage.Open().ReadAsync(0, new byte[40], Cancel));

        Assert.Equal("results/data.bin: storage answered 0 of the 40 bytes asked for at 0", error.Message);
    }

    /// <summary>
    /// A chunk that two attempts write has the same bytes from both; a download that broke off and goes on meets the second one's.
    /// </summary>
    [Fact]
    public async Task AResultThatWasWrittenAgainWhileItWasRead_IsReadToItsEnd()
    {
        using var storage = new StubStorage((request, from, end) => request.Headers.IfMatch.Count > 0
            ? new HttpResponseMessage(HttpStatusCode.PreconditionFailed)
            : Answer(from, end - from, breaksAfter: 16), times: 2);
        var read = new byte[40];

        await storage.Open().ReadAsync(0, read, Cancel);

        Assert.Equal(Content[..40], read);
    }

    private static HttpResponseMessage Answer(int from, int count, int? breaksAfter = null)
    {
        var part = Content[from..(from + count)];
        var answer = new HttpResponseMessage(HttpStatusCode.PartialContent)
        {
            Content = breaksAfter is { } bytes ? new StreamContent(new BreakingStream(part[..bytes])) : new ByteArrayContent(part),
        };
        answer.Content.Headers.ContentLength = count;
        answer.Content.Headers.ContentRange = new ContentRangeHeaderValue(from, from + Math.Max(count, 1) - 1, Content.Length);
        answer.Headers.ETag = new EntityTagHeaderValue("\"0x1\"");
        answer.Headers.Add("x-ms-blob-type", "BlockBlob");
        return answer;
    }

    /// <summary>Answers the first requests as told, the others whole.</summary>
    private sealed class StubStorage(Func<HttpRequestMessage, int, int, HttpResponseMessage> answer, int times) : HttpMessageHandler
    {
        public List<string> Asked { get; } = [];

        public BlobByteSource Open()
        {
            var options = new BlobClientOptions { Transport = new HttpClientTransport(this), Retry = { MaxRetries = 0 } };
            var client = new BlobClient(new Uri("http://storage.example/account/results/data.bin"), options);
            return new BlobByteSource(client, new InputBlob("results/data.bin", ETag: "", Content.Length, ContentHash: null));
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Add(request.Headers.GetValues("x-ms-range").Single()["bytes=".Length..]);
            var range = Asked[^1].Split('-').Select(int.Parse).ToArray();
            return Task.FromResult(
                Asked.Count <= times ? answer(request, range[0], range[1] + 1) : Answer(range[0], range[1] + 1 - range[0]));
        }
    }

    /// <summary>A body whose connection is lost where its bytes end.</summary>
    private sealed class BreakingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is > 0 and var count
                ? count
                : throw new IOException("The connection was lost.");
    }
}
