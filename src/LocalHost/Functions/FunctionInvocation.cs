using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AeServerless.LocalHost.Functions;

/// <summary>The context of one invocation.</summary>
internal sealed class FunctionInvocation : FunctionContext
{
    // Under this name the worker's ASP.NET Core integration looks for the request.
    private const string HttpContextKey = "HttpRequestContext";

    private readonly CancellationToken _cancellationToken;

    public FunctionInvocation(
        FunctionDescriptor function, IServiceProvider services, HttpContext? http, CancellationToken cancellationToken)
    {
        FunctionDefinition = function;
        InstanceServices = services;
        Features = new InvocationFeatures(http);
        _cancellationToken = cancellationToken;
        if (http is not null)
        {
            Items[HttpContextKey] = http;
        }
    }

    public override string InvocationId { get; } = Guid.NewGuid().ToString();

    public override string FunctionId => FunctionDefinition.Id;

    public override FunctionDefinition FunctionDefinition { get; }

    public override IServiceProvider InstanceServices { get; set; }

    public override IDictionary<object, object> Items { get; set; } = new Dictionary<object, object>();

    public override IInvocationFeatures Features { get; }

    public override TraceContext TraceContext { get; } = new CurrentTrace();

    public override BindingContext BindingContext { get; } = new NoBindingData();

    // The host retries no function by itself: blobs by their receipts, activities by the orchestrator's policy.
    public override RetryContext RetryContext => null!;

    public override CancellationToken CancellationToken => _cancellationToken;

    private sealed class CurrentTrace : TraceContext
    {
        public override string TraceParent { get; } = Activity.Current?.Id ?? "";

        public override string TraceState { get; } = Activity.Current?.TraceStateString ?? "";
    }

    private sealed class NoBindingData : BindingContext
    {
        public override IReadOnlyDictionary<string, object?> BindingData { get; } = new Dictionary<string, object?>();
    }
}
