using System.CommandLine;
using AeServerless.Bench.Scale;

return new RootCommand("Benchmarks that print ratios within one run.")
{
    ScaleCommand.Create(),
}.Parse(args).Invoke();
