using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using AeServerless.Engine.Tensors;
using AeServerless.Functions.Blobs;
using AeServerless.Functions.Tests.Fixtures;
using AeServerless.TestSupport;
using Azure.Storage.Blobs;

namespace AeServerless.Functions.Tests.Blobs;

public sealed class SharedPoolTests(AzuriteFixture azurite)
{
    private const int Columns = 1 << 10;
    private const int Rows = 3 << 10;
    private const int Seen = 1 << 10;

    /// <summary>
    /// .NET's shared pool keeps an array of each length for each thread that returned one: a worker would grow with the rows that it reads.
    /// </summary>
    [Fact]
    public async Task RowsOfFloats_AreReadWithoutArraysOfMegabytesFromTheSharedPool()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var settings = TestSettings.Create(azurite.ConnectionString);
        var service = new BlobServiceClient(azurite.ConnectionString);
        var store = new InputStore(service, TestSettings.Read(settings));
        var rows = Enumerable.Range(0, Rows * Columns).Select(i => (float)i).ToArray();
        var path = $"models/{TestNames.Next("rows")}";
        await new TestStorage(service, settings).UploadAsync(path, await FileOfAsync(rows));
        var file = await SafetensorsFile.OpenAsync(store.Open((await store.FindAsync(path, cancellationToken))!), cancellationToken);

        using var rents = new SharedPoolRents();
        ArrayPool<byte>.Shared.Return(ArrayPool<byte>.Shared.Rent(Seen));
        var read = await file.ReadFloatsAsync("rows", cancellationToken);

        Assert.Equal(rows, read);
        Assert.Contains(Seen, rents.Bytes);
        Assert.All(rents.Bytes, bytes => Assert.InRange(bytes, 0, 1 << 20));
    }

    private static async Task<byte[]> FileOfAsync(float[] rows)
    {
        using var content = new MemoryStream();
        await using (var writer = await SafetensorsWriter.CreateAsync(
            content, [new("rows", TensorDtype.F32, [Rows, Columns])], null, TestContext.Current.CancellationToken))
        {
            await writer.WriteAsync(rows.AsMemory(), TestContext.Current.CancellationToken);
            await writer.CompleteAsync(TestContext.Current.CancellationToken);
        }

        return content.ToArray();
    }

    /// <summary>Lengths of the byte arrays that the shared pool hands out to whoever made this, and to what that calls.</summary>
    private sealed class SharedPoolRents : EventListener
    {
        private const string Source = "System.Buffers.ArrayPoolEventSource";
        private const string Rented = "BufferRented";

        private static readonly AsyncLocal<SharedPoolRents?> Current = new();

        public SharedPoolRents() => Current.Value = this;

        public ConcurrentQueue<int> Bytes { get; } = [];

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == Source)
            {
                EnableEvents(eventSource, EventLevel.Verbose);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (Current.Value == this
                && eventData.EventName == Rented && (int)eventData.Payload![2]! == ArrayPool<byte>.Shared.GetHashCode())
            {
                Bytes.Enqueue((int)eventData.Payload[1]!);
            }
        }
    }
}
