using System.Net;
using System.Net.Http.Headers;

namespace AeServerless.Functions.Tests.Exporting;

/// <summary>A file of the API that is read by ranges; counts the bytes that come.</summary>
internal sealed class HttpRangeStream(HttpClient http, string path, long length) : Stream
{
    public long BytesRead { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get; set; }

    public override int Read(byte[] buffer, int offset, int count)
    {
        count = (int)Math.Min(count, length - Position);
        if (count == 0)
        {
            return 0;
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Range = new RangeHeaderValue(Position, Position + count - 1);
        using var response = http.Send(request);
        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        using var content = response.Content.ReadAsStream();
        content.ReadExactly(buffer, offset, count);
        Assert.Equal(-1, content.ReadByte());
        BytesRead += count;
        Position += count;
        return count;
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
