namespace AeServerless.Cli.Tests.Errors;

/// <summary>The ends that users can cause.</summary>
public static class FailingCommands
{
    private const string Secret = "c2VjcmV0LXRoYXQtbm9ib2R5LW1heS1zZWU=";
    private const string Malformed = "storage connection string, or the address of a blob service";

    private const string Conversion = "--layers|4|--model-blob|models/m/m.safetensors|--out|{w}/o";

    private static readonly string[] Uploads =
    [
        "upload|dataset|{w}/dataset", "upload|model|{model}", "upload|autoencoders|{saes}", "upload|recipe|{w}/recipe.json",
    ];

    private static readonly string[] AppCommands =
    [
        "status", "status|run-1", "run|d|--recipe|r", "gc", "verify|run-1", "export|run-1|--as|csr", "query|run-1", "show|run-1|3",
    ];

    private static readonly string[] StorageCommands = [.. Uploads, "poison", "poison|--retry"];

    private static readonly (string Code, string Remedy)[] Refusals =
    [
        ("403-AuthenticationFailed", "account key is wrong"),
        ("403-AuthorizationPermissionMismatch", "Storage Blob Data Contributor"),
        ("403-AuthorizationFailure", "network rules"),
        ("401-InvalidAuthenticationInfo", "az login"),
        ("400-InvalidUri", "no storage account"),
    ];

    private static readonly string[] BrokenStrings =
    [
        "AccountName=mine",
        "=",
        $"AccountName=mine;AccountKey=!{Secret};EndpointSuffix=core.windows.net",
        $"AccountKey={Secret};DefaultEndpointsProtocol=https",
    ];

    public static TheoryData<FailingCommand> Arguments =>
    [
        new FailingCommand("", "command", "./ae --help"),
        new FailingCommand("fly", "'fly'", "./ae --help"),
        new FailingCommand("gc|--fast", "'--fast'", "./ae gc --help"),
        new FailingCommand("capture|--model|{model}", "--out", "./ae capture --help"),
        new FailingCommand("run|d", "--recipe", "./ae run --help"),
        new FailingCommand("verify", "verify", "./ae verify --help"),
        new FailingCommand("golden", "golden", "./ae golden --help"),
        new FailingCommand("inspect", "inspect", "./ae inspect --help"),
        new FailingCommand("upload", "command", "./ae upload --help"),
        new FailingCommand("upload|dataset", "dataset", "./ae upload dataset --help"),
        new FailingCommand("up|--port|x", "'x'", "whole number"),
        new FailingCommand("up|--port|99999", "--port", "0 to 65535"),
        new FailingCommand("up|--workers|65", "--workers", "0 to 64"),
        new FailingCommand("up|--data|{w}/text.txt", "text.txt", "Choose another with --data"),
        new FailingCommand("up|--data|{w}/up|--storage|nonsense", "--storage", Malformed),
        new FailingCommand("worker|--storage|nonsense", "--storage", Malformed),
        new FailingCommand("worker", "--storage", "connection string", "AE_STORAGE="),
        new FailingCommand("capture|--model|{w}/none|--text|{w}/text.txt|--out|{w}/o", "none", "./ae capture --help"),
        new FailingCommand("capture|--model|{model}|--text|{w}/none.txt|--out|{w}/o", "none.txt", "a file of text"),
        new FailingCommand("capture|--model|{model}|--text|{w}/empty|--out|{w}/o", "{w}/empty", "a file is needed"),
        new FailingCommand("capture|--model|{model}|--tokens|{w}/empty|--out|{w}/o", "{w}/empty", "a file is needed"),
        new FailingCommand("capture|--model|{model}|--out|{w}/o", "input", "--text"),
        new FailingCommand("capture|--model|{w}/empty|--text|{w}/text.txt|--out|{w}/o", "config.json", "does not exist"),
        new FailingCommand("capture|--model|{w}/bad-model|--text|{w}/text.txt|--out|{w}/o", "config.json", "not valid JSON"),
        new FailingCommand("capture|--model|{model}|--text|{w}/text.txt|--out|{w}/text.txt", "{w}/text.txt", "choose"),
        new FailingCommand("capture|--model|{model}|--text|{w}/text.txt|--out|{w}/text.txt/in", "{w}/text.txt", "choose"),
        new FailingCommand("capture|--model|{model}|--text|{w}/text.txt|--out|/dev/null/o", "/dev/null/o", "choose"),
        new FailingCommand("capture|--model|{model}|--text|{w}/text.txt|--out|{w}/{long}", "{long}", "choose a shorter name"),
        new FailingCommand("capture|--model|{model}|--text|{w}/text.txt|--out|{w}/o|--layers|x", "--layers x", "0,2-4"),
        new FailingCommand("capture|--model|{model}|--text|{w}/text.txt|--out|{w}/o|--shard-tokens|0", "--shard-tokens 0", "at least 1"),
        new FailingCommand("capture|--model|{model}|--text|{w}/text.txt|--out|{w}/o|--max-tokens|0", "--max-tokens 0", "at least 1"),
        new FailingCommand("capture|--model|{model}|--text|{w}/text.txt|--out|{w}/o|--max-tokens|x", "'x'", "whole number"),
        new FailingCommand("capture|--model|{model}|--text|{w}/text.txt|--out|{w}/o|--dtype|F8", "'F8'", "F16"),
        new FailingCommand("tokenize|--tokenizer|{model}", "--out", "./ae tokenize --help"),
        new FailingCommand("tokenize|--tokenizer|{w}/empty|--text|{w}/text.txt|--out|{w}/o", "{w}/empty", "tokenizer.json"),
        new FailingCommand("tokenize|--tokenizer|{model}|--text|{w}/none.txt|--out|{w}/o", "none.txt", "a file of text"),
        new FailingCommand("tokenize|--tokenizer|{model}|--text|{w}/text.txt|--out|{w}/o|--max-length|999", "--max-length 999", "1 to 128"),
        new FailingCommand("tokenize|--tokenizer|{model}|--text|{w}/text.txt|--out|{w}/text.txt", "{w}/text.txt", "choose"),
        new FailingCommand("tokenize|--tokenizer|{model}|--text|{w}/text.txt|--out|{w}/o|--trace|{", "--trace {", "not valid JSON"),
        new FailingCommand($"convert|{Conversion}", "--activations", "./ae convert --help"),
        new FailingCommand($"convert|--tokens|{{w}}/none.npy|{Conversion}", "none.npy", "spelled right"),
        new FailingCommand($"convert|--tokens|{{w}}/text.txt|{Conversion}", "text.txt", ".npy file"),
        new FailingCommand("export|run-1", "--as", "./ae export --help"),
        new FailingCommand("export|run-1|--as|csv", "csv", "delphi"),
        new FailingCommand("export|run-1|--as|csr|--options|{w}/broken.json", "--options", "--out"),
        new FailingCommand("export|run-1|--as|csr|--options|{w}/broken.json|--out|{w}/o", "broken.json", "not valid JSON"),
        new FailingCommand("query", "query", "./ae query --help"),
        new FailingCommand("query|run-1|select 1|--format|xml", "'xml'", "./ae query --help"),
        new FailingCommand("show|run-1", "show", "./ae show --help"),
        new FailingCommand("show|run-1|x", "'x'", "whole number"),
        new FailingCommand("upload|dataset|{w}/none", "none", "./ae upload dataset --help"),
        new FailingCommand("upload|dataset|{w}/text.txt", "text.txt", "./ae upload dataset --help"),
        new FailingCommand("upload|dataset|{w}/empty", "{w}/empty", "empty"),
        new FailingCommand("upload|dataset|{w}/no-manifest", "manifest.json", "start it again"),
        new FailingCommand("upload|recipe|{w}/empty", "{w}/empty", "./ae upload recipe --help"),
        new FailingCommand("run|d|--recipe|{w}/empty", "{w}/empty", "JSON file"),
        new FailingCommand("run|d|--recipe|{w}/none.json", "none.json", "named without .json"),
        new FailingCommand("run|d|--recipe|{w}/broken.json", "broken.json", "not JSON"),
        new FailingCommand("plan|{w}/none.json", "none.json", "./ae plan --help"),
        new FailingCommand("plan|{w}/empty", "{w}/empty", "./ae plan --help"),
        new FailingCommand("plan|{w}/broken.json", "broken.json", "not valid JSON"),
        new FailingCommand("plan|{w}/recipe.json|--dataset|{w}/none", "manifest.json", "--dataset takes"),
        new FailingCommand("plan|{w}/recipe.json|--dataset|{w}/dataset", "config.json", "--model"),
        new FailingCommand("golden|{w}/none", "none", "golden data are needed"),
        new FailingCommand("golden|{w}/empty", "{w}/empty", "runs/"),
        new FailingCommand("golden|{w}/golden-bad", "golden-bad", "golden data"),
        new FailingCommand("inspect|{w}/none", "none", "file or folder of an autoencoder"),
        new FailingCommand("inspect|{w}/text.txt", "text.txt", "by hand"),
        new FailingCommand("inspect|{w}/empty", "{w}/empty", "by hand"),
        new FailingCommand("inspect|{w}/empty|--format|zip", "'zip'", "known are"),
    ];

    public static TheoryData<FailingCommand> Apps =>
    [
        .. AppCommands.Select(command => new FailingCommand(command, "http://", "is ./ae up running?", "AE_HOST=http://{nobody}")),
        .. AppCommands.Select(command => new FailingCommand(command, "function key", "AE_KEY holds it", "AE_KEY=401")),
        .. AppCommands.Select(command => new FailingCommand(command, "/api/", "AE_HOST", "AE_KEY=text")),
        .. AppCommands.Select(command => new FailingCommand(command, "404", "AE_HOST", "AE_KEY=404")),
        .. AppCommands.Select(command => new FailingCommand(command, "502", "try again", "AE_KEY=502")),
        .. AppCommands.Select(command => new FailingCommand(command, "AE_STORAGE", Malformed, "AE_STORAGE=nonsense")),
        new FailingCommand("status", "AE_HOST", "http://127.0.0.1:7071", "AE_HOST=nonsense"),
        new FailingCommand("status", "AE_HOST", "http://127.0.0.1:7071", "AE_HOST=localhost:7071"),
        new FailingCommand("status", "AE_HOST", "http://127.0.0.1:7071", "AE_HOST=ftp://somewhere"),
        new FailingCommand("status", "AE_KEY", "a function key", "AE_KEY="),
        new FailingCommand("status", "AE_KEY", "copy it anew", "AE_KEY=two words"),
        new FailingCommand("status", "AE_STORAGE", "a connection string", "AE_STORAGE="),
    ];

    public static TheoryData<FailingCommand> Storages =>
    [
        .. StorageCommands.SelectMany(command => Refusals.Select(refusal => new FailingCommand(
            command, $"AE_STORAGE, {{stub}}{refusal.Code}", refusal.Remedy, $"AE_STORAGE={Account(refusal.Code)}"))),
        .. BrokenStrings.Select(storage => new FailingCommand(
            "upload|recipe|{w}/recipe.json", "AE_STORAGE", "access keys", $"AE_STORAGE={storage}")),
        new FailingCommand(
            Uploads[0], "AE_STORAGE", "SharedAccessSignature=", $"AE_STORAGE=https://mine.blob.core.windows.net/?sv=1&sig={Secret}"),
        new FailingCommand(Uploads[0], "AE_STORAGE", "https", "AE_STORAGE=http://{nobody}/devstoreaccount1"),
        new FailingCommand(
            Uploads[3],
            "AE_STORAGE, https://mine.blob",
            "az login",
            "AE_STORAGE=https://mine.blob.core.windows.net|AZURE_TOKEN_CREDENTIALS=AzureCliCredential"),
    ];

    /// <summary>What no line may show.</summary>
    public static string MustStaySecret => Secret;

    private static string Account(string refusal) =>
        $"AccountName=mine;AccountKey={Secret};BlobEndpoint={{stub}}{refusal};QueueEndpoint={{stub}}{refusal};";
}
