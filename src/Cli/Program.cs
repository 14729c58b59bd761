using System.CommandLine;

return new RootCommand("Derived scalars of sparse autoencoders over whole datasets.").Parse(args).Invoke();
