namespace AeServerless.LocalHost.Functions;

internal enum FunctionKind
{
    Http,
    Blob,
    Timer,
    Orchestrator,
    Activity,
}
