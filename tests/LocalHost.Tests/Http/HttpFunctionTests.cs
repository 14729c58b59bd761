using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AeServerless.LocalHost.Tests.Support;

namespace AeServerless.LocalHost.Tests.Http;

public sealed class HttpFunctionTests(SharedHosts azurite)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Key_OpensFunctions_ByHeaderOrQuery()
    {
        await using var host = await StartAsync();
        using var http = host.CreateHttp(withKey: false);
        Assert.Equal("open GET", await http.GetStringAsync("/api/Open", Cancel));
        foreach (var path in (string[])["/api/closed/a/1", "/api/closed/a/1?code=wrong", "/api/closed/a/1?code=", "/api/Admin"])
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync(path, Cancel)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync($"/api/closed/a/1?code={host.Key}", Cancel)).StatusCode);

        using var withKey = host.CreateHttp();
        Assert.Equal("{\"path\":\"/api/Admin\"}", await withKey.GetStringAsync("/api/Admin", Cancel));
        Assert.False(host.HasLogged(host.Key));
        Assert.True(host.HasLogged("http.key"));
    }

    [Fact]
    public async Task Parameters_AreBound()
    {
        await using var host = await StartAsync();
        using var http = host.CreateHttp();
        var response = await http.PostAsync("/api/closed/some%20name/42", new StringContent("text"), Cancel);
        var json = await response.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.Equal(("some name", 42, "text", host.Options.Hub, "Closed", "/api/closed/some%20name/42"), (
            json.GetProperty("name").GetString(), json.GetProperty("number").GetInt32(), json.GetProperty("body").GetString(),
            json.GetProperty("hub").GetString(), json.GetProperty("function").GetString(), json.GetProperty("path").GetString()));

        Assert.Equal(HttpStatusCode.BadRequest, (await http.GetAsync("/api/closed/a/many", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await http.DeleteAsync("/api/closed/a/1", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await http.PostAsync("/api/Nothing", null, Cancel)).StatusCode);
    }

    [Fact]
    public async Task ManagementPayload_NamesThisHostsManagementApi()
    {
        await using var host = await StartAsync();
        using var http = host.CreateHttp();
        var payload = await http.GetFromJsonAsync<JsonElement>("/api/Payload", Cancel);
        var uri = payload.GetProperty("statusQueryGetUri").GetString()!;
        Assert.StartsWith($"{host.Addresses.Single()}/runtime/webhooks/durabletask/instances/some-id", uri, StringComparison.Ordinal);
        Assert.DoesNotContain(host.Key, uri, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(uri, Cancel)).StatusCode);
    }

    [Fact]
    public async Task LargeBody_Is413()
    {
        await using var host = await StartAsync();
        using var http = host.CreateHttp();
        var response = await http.PostAsync("/api/closed/a/1", new ByteArrayContent(new byte[5000]), Cancel);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task Exception_Is500WithoutItsText()
    {
        await using var host = await StartAsync();
        using var http = host.CreateHttp(withKey: false);
        var response = await http.GetAsync("/api/Breaks", Cancel);
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.DoesNotContain("secret", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.True(host.HasLogged("a secret of"));
    }

    [Fact]
    public async Task KeyFile_IsItsOwnersAlone_AndStays()
    {
        var first = await StartAsync();
        var key = first.Key;
        await first.DisposeAsync();
        await using var second = await TestHost.StartAsync(first.Options, Cancel);
        Assert.Equal(key, second.Key);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(first.Options.StateFolder, "http.key")));
        }
    }

    private Task<TestHost> StartAsync() => TestHost.StartAsync(
        new(azurite.ConnectionString, typeof(HttpFunctionsUnderTest)) { Settings = { ["LocalHostMaxRequestBodyBytes"] = "4096" } }, Cancel);
}
