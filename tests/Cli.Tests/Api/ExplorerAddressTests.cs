using System.Net;
using AeServerless.Cli.Stack;
using AeServerless.TestSupport;

namespace AeServerless.Cli.Tests.Api;

public sealed class ExplorerAddressTests
{
    private const string Key = "the-key";

    [Fact]
    public async Task Address_HasATicketWhereBrowsersKeepIt_AndNotTheKey()
    {
        var address = $"http://127.0.0.1:{FreePort.Take(1)[0]}/";
        using var listener = new HttpListener { Prefixes = { address } };
        listener.Start();
        using var app = new Cli.Api.AppClient(new Connection(new Uri(address), Key, "UseDevelopmentStorage=true"));
        var asked = AnswerAsync(listener);

        var explorer = await app.ExplorerAsync("run-1", TestContext.Current.CancellationToken);

        Assert.Equal("POST /api/explore/tickets, key the-key", await asked);
        Assert.Equal("/api/explore", explorer.PathAndQuery);
        Assert.Equal("#/ticket/once/runs/run-1", explorer.Fragment);
        Assert.DoesNotContain(Key, explorer.ToString(), StringComparison.Ordinal);
    }

    private static async Task<string> AnswerAsync(HttpListener listener)
    {
        var context = await listener.GetContextAsync().WaitAsync(TestContext.Current.CancellationToken);
        var (request, response) = (context.Request, context.Response);
        response.ContentType = "application/json";
        await response.OutputStream.WriteAsync("""{ "ticket": "once" }"""u8.ToArray(), TestContext.Current.CancellationToken);
        response.Close();
        return $"{request.HttpMethod} {request.Url!.AbsolutePath}, key {request.Headers["x-functions-key"]}";
    }
}
