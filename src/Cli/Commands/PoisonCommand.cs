using System.CommandLine;
using AeServerless.Cli.Stack;
using AeServerless.Cli.Upload;

namespace AeServerless.Cli.Commands;

/// <summary><c>ae poison</c>: uploads that the app gave up on.</summary>
internal static class PoisonCommand
{
    public static Command Create()
    {
        var retry = new Option<bool>("--retry")
        {
            Description = "Uploads each of their manifests again, which starts their runs, and forgets them here.",
        };
        var command = new Command("poison", "Shows the uploads whose runs could not be started, or tries them again.") { retry };
        command.SetAction(async (result, cancellationToken) =>
        {
            var queue = new PoisonQueue(Connection.Find().Storage);
            if (!result.GetValue(retry))
            {
                var given = await queue.PeekAsync(cancellationToken);
                foreach (var (time, blob, function) in given)
                {
                    Console.WriteLine($"{time:u}\t{blob}\t{function}");
                }

                Console.WriteLine(given.Count == 0 ? "No upload was given up." : "./ae poison --retry tries them again.");
                return 0;
            }

            var retried = 0;
            await foreach (var (blob, found) in queue.RetryAsync(cancellationToken))
            {
                Console.WriteLine(found ? $"{blob}: uploaded again" : $"{blob}: is not there any more, and is forgotten");
                retried += found ? 1 : 0;
            }

            Console.WriteLine($"{retried} uploads are tried again; ./ae status shows their runs.");
            return 0;
        });
        return command;
    }
}
