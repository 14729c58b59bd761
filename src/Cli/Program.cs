using AeServerless.Cli.Commands;

return await CommandLine.RunAsync(args, Console.Error);
