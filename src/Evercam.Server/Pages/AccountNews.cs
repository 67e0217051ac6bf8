namespace Evercam.Server.Pages;

/// <summary>What the pages of an account say of the form that led there.</summary>
internal static class AccountNews
{
    public const string Saved = "saved";
    public const string MailSent = "mail-sent";
    public const string NewPassword = "password-changed";
    public const string NewKeys = "new-keys";
    public const string Withdrawn = "withdrawn";
    public const string Registered = "registered";
    public const string Removed = "removed";
    public const string TrialSent = "trial-sent";
    public const string WebhookDeleted = "webhook-deleted";

    /// <summary>Leads to a page that says so.</summary>
    public static IResult Lead(HttpContext context, string path, string news)
    {
        new Notice(news).Leave(context);
        return TypedResults.Redirect(path);
    }

    /// <summary>One sentence for the page that was led to; <see langword="null"/> if nothing happened.</summary>
    public static string? Take(HttpContext context) => Notice.Take(context)?.Kind switch
    {
        Saved => "It is saved.",
        MailSent => "The mail is on its way.",
        NewPassword => "Your new password is saved. You are logged out everywhere but here.",
        NewKeys => "There is a new pair. The old one opens nothing any more.",
        Withdrawn => "The application has no access any more.",
        Registered => "The application is registered.",
        Removed => "The application is deleted.",
        TrialSent => "The trial is on its way: look at this page again in a moment.",
        WebhookDeleted => "The webhook is deleted.",
        _ => null,
    };
}
