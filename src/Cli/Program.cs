using AeServerless.Cli;

return await CommandLine.RunAsync(args, Console.Error);
