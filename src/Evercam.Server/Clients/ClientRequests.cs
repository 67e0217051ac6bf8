using Evercam.Server.Http;
using Evercam.Server.Rights;

namespace Evercam.Server.Clients;

/// <summary>What is said of a client; <see langword="null"/> where nothing is.</summary>
/// <param name="Name">What people see on the consent page.</param>
/// <param name="CallbackUris">Where it may be called back, see <see cref="CallbackUri"/>.</param>
internal sealed record ClientFields(string? Name, IReadOnlyList<string>? CallbackUris)
{
    /// <summary>Fields as programs write them: callback URIs in one text with commas between them.</summary>
    public static ClientFields Of(string? name, string? callbackUris) => new(name?.Trim(), callbackUris is null ? null : Listed(callbackUris.Split(',')));

    /// <summary>Fields as a person writes them: each callback URI by itself. A comma in one does not part it: what follows would be a place
    /// that nobody meant.</summary>
    public static ClientFields Of(string name, IEnumerable<string> callbackUris) => new(name.Trim(), Listed(callbackUris));

    private static List<string> Listed(IEnumerable<string> callbackUris) =>
        [.. callbackUris.Select(uri => uri.Trim()).Where(uri => uri.Length > 0).Distinct()];
}

/// <summary><c>POST /client</c>.</summary>
internal sealed record RegisterRequest(ClientFields Fields)
{
    public static ValueTask<RegisterRequest?> BindAsync(HttpContext context) => Params.BindAsync(context, read =>
    {
        var fields = ClientFields.Of(read.RequiredText("name"), read.RequiredText("callback_uris"));

        // Asked for as they always were, and not kept: the caller is known.
        read.RequiredText("user_name");
        read.RequiredText("email");
        return new RegisterRequest(fields);
    });
}

/// <summary><c>PATCH /client/{id}</c>.</summary>
internal sealed record ChangeRequest(ClientFields Fields)
{
    public static ValueTask<ChangeRequest?> BindAsync(HttpContext context) =>
        Params.BindAsync(context, read => new ChangeRequest(ClientFields.Of(read.Text("name"), read.Text("callback_uris"))));
}
