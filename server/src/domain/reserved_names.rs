//! Names that mislead: those of the server, of its staff, and words that address everyone.

use std::collections::HashSet;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::skeleton::skeleton;

/// Reserved on every server: the names of the server and its parts, of its staff, and of everyone and no one in particular.
const BUILT_IN: [&str; 3] = [
    "papo papo-server server system service daemon bot root localhost status info news servidor sistema serviço \
     robô notícias avisos",
    "admin admins administrator administration sysadmin superuser operator operators moderator moderators \
     moderation mod mods owner staff official support helpdesk help security abuse postmaster hostmaster webmaster \
     noreply administrador administradora administradores administração operador operadora operadores moderador \
     moderadora moderadores moderação dono dona equipe equipa oficial suporte ajuda segurança denúncia denúncias",
    "everyone everybody all here channel group anyone somebody someone nobody anonymous guest user unknown deleted \
     deleted-account deleted-user removed null undefined you me myself todos todas todo-mundo aqui canal grupo \
     alguém ninguém anônimo anônima anónimo anónima convidado convidada usuário usuária utilizador utilizadora \
     desconhecido desconhecida excluído excluída conta-excluída usuário-excluído apagado apagada removido removida \
     você eu",
];

/// Beginning of the usernames that the server gives to deleted accounts, before their number.
const DELETED: &str = "deleted";

/// The keys of [`BUILT_IN`].
static BUILT_IN_KEYS: LazyLock<HashSet<String>> = LazyLock::new(|| built_in().map(key).collect());

/// The names that a server reserves.
#[derive(Debug)]
pub struct ReservedNames {
    /// The keys of those that the operator has added.
    further: HashSet<String>,
}

impl ReservedNames {
    /// The names reserved on every server, and `further` ones.
    #[must_use]
    pub fn with(further: &[String]) -> Self {
        Self { further: further.iter().map(|name| key(name)).collect() }
    }

    /// Whether a name looks like a reserved one, regardless of case, accents, spaces and punctuation.
    #[must_use]
    pub fn include(&self, name: &str) -> bool {
        let is_reserved = |key: String| BUILT_IN_KEYS.contains(&key) || self.further.contains(&key);
        is_for_deleted_account(name) || readings(name).iter().any(|reading| is_reserved(key(reading)))
    }
}

fn built_in() -> impl Iterator<Item = &'static str> {
    BUILT_IN.iter().flat_map(|names| names.split_whitespace())
}

/// Whether a name looks like `deleted` followed by a number, with or without punctuation: a form that no user can choose.
/// Accounts may have such usernames nevertheless, from before it was reserved.
#[must_use]
pub fn is_for_deleted_account(name: &str) -> bool {
    // In a skeleton, the digits 0 and 1 have become letters.
    let is_digit = |c: char| c.is_ascii_digit() || matches!(c, 'o' | 'l' | 'i');
    readings(name).iter().any(|reading| {
        key(reading).strip_prefix(&key(DELETED)).is_some_and(|number| !number.is_empty() && number.chars().all(is_digit))
    })
}

/// The digit 1 can be read as an L, which skeletons do, and as an I.
fn readings(name: &str) -> [String; 2] {
    let name: String = name.nfkd().collect();
    let with_i = name.replace('1', "i");
    [name, with_i]
}

/// Skeleton of the letters and digits of a name, without accents.
fn key(name: &str) -> String {
    let plain: String = name.nfkd().filter(|c| !is_combining_mark(*c)).collect();
    skeleton(&plain).chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::{ReservedNames, built_in, is_for_deleted_account};

    #[test]
    fn reserved_names_and_their_look_alikes_are_recognised() {
        let reserved = ReservedNames::with(&["Reitoria".to_owned()]);
        for name in built_in() {
            assert!(reserved.include(name), "{name:?}");
            assert!(reserved.include(&name.to_uppercase()), "{name:?} in capitals");
        }
        for name in [
            "Admin",
            "аdmin",
            "ΑDΜΙΝ",
            "adm1n",
            "a.d.m.i.n",
            "ádmín",
            "admi\u{363}n",
            "ａｄｍｉｎ",
            "ad\u{200b}min",
            "★ Admin ★",
            "Papo Server",
            "a11",
            "seгver",
            "S\u{131}stema",
            "administracao",
            "usuario",
            "reitoria",
            "REIT0RIA",
            "deleted-7",
            "deleted 10",
            "Todo mundo",
        ] {
            assert!(reserved.include(name), "{name:?}");
        }
    }

    #[test]
    fn other_names_are_not_reserved() {
        let reserved = ReservedNames::with(&[]);
        for name in [
            "Ana",
            "João",
            "Zoë",
            "Ali",
            "ALI",
            "Allan",
            "Roota",
            "Ademir",
            "adminha",
            "Ольга",
            "李小龙",
            "reitoria",
            "Todor",
            "★",
        ] {
            assert!(!reserved.include(name), "{name:?}");
        }
    }

    #[test]
    fn the_form_of_deleted_accounts_is_recognised() {
        for name in ["deleted-1", "deleted.1", "deleted-10", "deleted_42", "deleted7", "de1eted-999", "Deleted-3", "dеleted-5"] {
            assert!(is_for_deleted_account(name), "{name:?}");
        }
        for name in ["deleted", "deleted-", "deleted-ana", "undeleted-1", "deleted-1a", "1"] {
            assert!(!is_for_deleted_account(name), "{name:?}");
        }
    }
}
