using System.CommandLine;

return new RootCommand("Benchmarks that print ratios within one run.").Parse(args).Invoke();
