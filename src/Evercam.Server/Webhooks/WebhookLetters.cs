using Evercam.Server.Mail;

namespace Evercam.Server.Webhooks;

/// <summary>What users are written of their webhooks.</summary>
internal static class WebhookLetters
{
    public static Letter SwitchedOff(string userName, string link) => new(
        "A webhook of yours is switched off",
        $"""
        Hello {userName},

        for days nothing that was sent to one of your webhooks has arrived, so it is switched off now.
        Its log says what was wrong, and there you can switch it on again:

          {link}

        """);
}
