using System.CommandLine;
using Evercam.Api;
using Spectre.Console;

namespace Evercam.Server.Commands.Remote;

/// <summary>Which server a command talks to, and as whom. Secrets stand in the environment, or are typed: a command line can be seen by
/// others, and stays in the shell's history.</summary>
internal sealed class ServerChoice
{
    private const string Usual = "http://localhost:8080";

    /// <summary>What the addresses of the API begin with, which the client adds by itself.</summary>
    private const string ApiRoot = "/v1";

    private readonly string variables;
    private readonly Option<string?> server;
    private readonly Option<string?> user;

    private ServerChoice(string words, string variables, string whose)
    {
        this.variables = variables;
        server = new($"--{words}server")
        {
            HelpName = "URL",
            Description = $"{whose}; else what {variables}_SERVER says{(words.Length == 0 ? $", or {Usual}" : "")}",
        };
        user = new($"--{words}user")
        {
            HelpName = "NAME",
            Description = $"as whom; the password is what {variables}_PASSWORD says, or asked for. Without it, {variables}_API_ID and _API_KEY count",
        };
    }

    /// <summary>The server that the command is about.</summary>
    public static ServerChoice Own() => new("", "EVERCAM", "the server");

    /// <summary>Another one, where pictures come from.</summary>
    public static ServerChoice Other() => new("from-", "EVERCAM_FROM", "the other server");

    public void AddTo(Command command)
    {
        command.Options.Add(server);
        command.Options.Add(user);
    }

    /// <summary>Whether a server is named.</summary>
    public bool IsMade(ParseResult parsed) => AddressOf(parsed) is not null;

    /// <summary>The server, as it is called.</summary>
    /// <exception cref="CannotBeginException">The address is none, or half of a pair of keys is missing.</exception>
    public async Task<RemoteServer> ConnectAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var text = AddressOf(parsed) ?? Usual;
        var address = Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri!
            : throw new CannotBeginException($"'{text}' is no address of a server, such as {Usual}.");
        return new RemoteServer(WithoutRoot(address), await CredentialAsync(parsed.GetValue(user), address, cancellation));
    }

    /// <summary>People know a server by the address of its API as well.</summary>
    private static Uri WithoutRoot(Uri address) => address.AbsolutePath.TrimEnd('/') is var path && path.EndsWith(ApiRoot, StringComparison.Ordinal)
        ? new UriBuilder(address) { Path = path[..^ApiRoot.Length] }.Uri
        : address;

    private string? AddressOf(ParseResult parsed) => parsed.GetValue(server) ?? Variable("SERVER");

    private async Task<Credential?> CredentialAsync(string? name, Uri address, CancellationToken cancellation)
    {
        if (name is null)
        {
            return (Variable("API_ID"), Variable("API_KEY")) switch
            {
                ({ } id, { } key) => Credential.ApiKeys(id, key),
                (null, null) => null,
                _ => throw new CannotBeginException($"{variables}_API_ID and {variables}_API_KEY go together: one of them is missing."),
            };
        }

        return Credential.Basic(name, Variable("PASSWORD") ?? await AskAsync(name, address, cancellation));
    }

    /// <summary>Nothing is shown of what is typed.</summary>
    /// <exception cref="CannotBeginException">There is none where a program should have written it.</exception>
    private async Task<string> AskAsync(string name, Uri address, CancellationToken cancellation)
    {
        if (Console.IsInputRedirected)
        {
            return await Console.In.ReadLineAsync(cancellation) is { Length: > 0 } read
                ? read
                : throw new CannotBeginException($"There is no password of {name} at {address.Host}: neither {variables}_PASSWORD nor the standard input has one.");
        }

        return await ErrorConsole.Open().PromptAsync(
            new TextPrompt<string>(Markup.Escape($"Password of {name} at {address.Host}:")).Secret(mask: null), cancellation);
    }

    private string? Variable(string name) =>
        Environment.GetEnvironmentVariable($"{variables}_{name}") is { Length: > 0 } value ? value : null;
}
