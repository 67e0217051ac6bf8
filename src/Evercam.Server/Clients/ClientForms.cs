using Evercam.Server.Http;
using Evercam.Server.Pages;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Clients;

/// <summary>What a person typed about an application: callback URIs one in a line.</summary>
internal sealed record ClientForm(string Name, string CallbackUris, IReadOnlyList<string> Unreadable)
{
    public static ClientForm Empty { get; } = new("", "", []);

    public ClientFields Fields => ClientFields.Of(Name, CallbackUris.ReplaceLineEndings("\n").Split('\n'));

    /// <summary>What the page shows.</summary>
    public Dictionary<string, string> Typed => new() { ["name"] = Name, ["callback_uris"] = CallbackUris };

    public static async ValueTask<ClientForm?> BindAsync(HttpContext context)
    {
        var form = await TypedForm.ReadAsync(context);
        return new(form.Line("name"), form.Line("callback_uris"), form.Unreadable);
    }

    /// <summary>What is so now.</summary>
    public static ClientForm Of(Client client) => new(client.Name, string.Join('\n', client.CallbackUris), []);

    /// <exception cref="ApiException">Some of it was no text: it is told with all that is wrong (400).</exception>
    public void ThrowIfUnreadable()
    {
        if (Unreadable.Count > 0)
        {
            throw ApiException.BrokenRules([.. Unreadable, .. ClientRules.Check(Fields)]);
        }
    }
}

/// <summary><c>POST /account/clients/{id}/delete</c>.</summary>
/// <param name="Proof">The password, and a code.</param>
internal sealed record ClientDeletionForm(Proof Proof)
{
    public static async ValueTask<ClientDeletionForm?> BindAsync(HttpContext context) =>
        new((await TypedForm.ReadAsync(context)).Proof());

    /// <summary>Never the password.</summary>
    public override string ToString() => nameof(ClientDeletionForm);
}
