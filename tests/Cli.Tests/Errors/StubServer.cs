using System.Globalization;
using System.Net;
using AeServerless.TestSupport;

namespace AeServerless.Cli.Tests.Errors;

/// <summary>
/// A server that answers what it is asked for: below <c>/{status}-{code}/</c> as a storage account that refuses, elsewhere as a function
/// app whose answer the key names (<c>500</c>, <c>text</c>).
/// </summary>
internal sealed class StubServer : IDisposable
{
    private readonly HttpListener _listener = new();

    public StubServer()
    {
        Address = $"http://127.0.0.1:{FreePort.Take(1)[0]}/";
        _listener.Prefixes.Add(Address);
        _listener.Start();
        _ = ServeAsync();
    }

    public string Address { get; }

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                await AnswerAsync(await _listener.GetContextAsync());
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException)
            {
                // It was closed, or the client went away.
            }
        }
    }

    private static async Task AnswerAsync(HttpListenerContext context)
    {
        var asked = context.Request.Url!.Segments.ElementAtOrDefault(1)?.Trim('/') ?? "";
        var response = context.Response;
        if (asked == "api")
        {
            var key = context.Request.Headers["x-functions-key"];
            response.StatusCode = key == "text" ? 200 : int.Parse(key!, CultureInfo.InvariantCulture);
            await response.OutputStream.WriteAsync("<html>\n<body>\nsomething else\n</body>\n</html>"u8.ToArray());
        }
        else
        {
            var parts = asked.Split('-', 2);
            response.StatusCode = int.Parse(parts[0], CultureInfo.InvariantCulture);
            response.Headers["x-ms-error-code"] = parts[1];
        }

        response.Close();
    }
}
