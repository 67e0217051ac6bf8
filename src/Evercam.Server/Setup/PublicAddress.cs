using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Setup;

/// <summary>Where people reach this server. Section <c>Evercam</c>.</summary>
internal sealed class PublicOptions : IValidatableObject
{
    /// <summary>Where people set them.</summary>
    public const string Section = "Evercam";

    /// <summary>What links in mails begin with, such as <c>https://cameras.example.org</c>. Default: the address that the server
    /// listens on.</summary>
    public string? PublicUrl { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (PublicUrl is not null && !IsRoot(PublicUrl))
        {
            yield return new($"'{PublicUrl}' is not an address such as https://cameras.example.org.", [nameof(PublicUrl)]);
        }
    }

    private static bool IsRoot(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
        && uri is { UserInfo: "", Query: "", Fragment: "" };
}

/// <summary>Makes links for people. They begin with what the administrator says or the server knows, and never with the host that a
/// request names: else whoever asks could have others sent astray.</summary>
internal sealed class PublicAddress(IOptions<PublicOptions> options, IServer server)
{
    /// <summary>The beginning, without a slash at its end.</summary>
    public string Root => (options.Value.PublicUrl ?? Listening()).TrimEnd('/');

    /// <summary>A link to a path of this server.</summary>
    /// <param name="path">The path, with its slash.</param>
    /// <param name="query">Names and values, not yet encoded.</param>
    public string To(string path, params ReadOnlySpan<(string Name, string Value)> query)
    {
        var link = Root + path;
        var separator = '?';
        foreach (var (name, value) in query)
        {
            link += $"{separator}{name}={Uri.EscapeDataString(value)}";
            separator = '&';
        }

        return link;
    }

    /// <summary>The first address that the server listens on. One that stands for all of the machine's is none to link to.</summary>
    private string Listening()
    {
        const string none = "http://localhost";
        if (server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() is not { } first)
        {
            return none;
        }

        var address = BindingAddress.Parse(first);
        var host = address.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "localhost" : address.Host;
        return $"{address.Scheme}://{host}:{address.Port}";
    }
}
