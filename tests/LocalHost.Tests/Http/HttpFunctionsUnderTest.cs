using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client;

namespace AeServerless.LocalHost.Tests.Http;

internal sealed class HttpFunctionsUnderTest(TimeProvider time)
{
    [Function("Open")]
    public static string Open([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) => $"open {request.Method}";

    [Function("Closed")]
    public async Task<IResult> Closed(
        [HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "closed/{name}/{number}")] HttpRequest request,
        string name,
        int number,
        [DurableClient] DurableTaskClient client,
        FunctionContext context,
        CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(request.Body);
        var body = await reader.ReadToEndAsync(cancellationToken);
        var data = await context.GetHttpRequestDataAsync();
        return Results.Json(new
        {
            name,
            number,
            body,
            hub = client.Name,
            function = context.FunctionDefinition.Name,
            path = data!.Url.AbsolutePath,
            year = time.GetUtcNow().Year,
        });
    }

    [Function("Admin")]
    public static object Admin([HttpTrigger(AuthorizationLevel.Admin)] HttpRequest request) => new { Path = request.Path.Value };

    [Function("Payload")]
    public static async Task<IResult> Payload(
        [HttpTrigger(AuthorizationLevel.Function, "get")] HttpRequest request, [DurableClient] DurableTaskClient client,
        FunctionContext context) =>
        Results.Json(
            new
            {
                client.CreateHttpManagementPayload("some-id", await context.GetHttpRequestDataAsync()).StatusQueryGetUri,
                request.Method,
            });

    [Function("Nothing")]
    public static void Nothing([HttpTrigger(AuthorizationLevel.Anonymous, "post")] HttpRequest request) => request.Body.Close();

    [Function("Breaks")]
    public static string Breaks([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) =>
        throw new InvalidOperationException($"a secret of {request.Path}");
}
