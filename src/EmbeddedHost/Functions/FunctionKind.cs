namespace AeServerless.EmbeddedHost.Functions;

internal enum FunctionKind
{
    Http,
    Blob,
    Timer,
    Orchestrator,
    Activity,
}
