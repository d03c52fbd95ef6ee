# Os textos do papo em português do Brasil. Um teste verifica que todas as línguas têm as mesmas chaves.

tagline = o bate-papo que não perde suas mensagens
too-small = o papo precisa de uma janela maior
you = você

# A primeira linha
link-hosting = hospedando nesta máquina
link-connected = conectado
link-connecting = conectando…
link-unreachable = sem resposta, nova tentativa em { $seconds } s
link-closed = conexão perdida, nova tentativa em { $seconds } s
link-silent = o servidor parou de responder, nova tentativa em { $seconds } s
link-no-reply = o servidor não responde, nova tentativa em { $seconds } s
link-not-papo = não é um servidor papo, nova tentativa em { $seconds } s
link-no-tls = sem criptografia no servidor, nova tentativa em { $seconds } s
link-certificate-unknown = certificado desconhecido
link-certificate-changed = O CERTIFICADO MUDOU
link-other-community = outra comunidade, nova tentativa em { $seconds } s
link-community-unproven = identidade não comprovada
link-cannot-host = não foi possível hospedar, nova tentativa em { $seconds } s
link-hosted-server-failed = o servidor do papo falhou, reinício em { $seconds } s
link-server-away = o servidor está fora do ar, nova tentativa em { $seconds } s
link-known-servers = known_servers não pode ser usado, nova tentativa em { $seconds } s
link-unavailable = conectado, mas o servidor não carrega nem salva
link-waiting = ({ $count } na fila)
link-not-stored = ({ $count } na fila: servidor não consegue salvar)
unread-total = { $count ->
    [one] { $count } não lida
   *[other] { $count } não lidas
}

# Entrar
sign-in-title = Boas-vindas
tab-sign-in = Entrar
tab-register = Criar conta
label-username = Nome
label-password = Senha
label-password-again = Repita a senha
label-invite = Convite
label-code = Código
label-keep-or-delete = manter ou apagar
label-stay = continuar conectado neste dispositivo (Espaço)
sign-in-waiting = Entrando…
loading = Carregando…
prompt-waiting = Um momento…
problem-empty-field = Campo obrigatório.
problem-keep-or-delete = Digite manter ou apagar.
problem-repeat-password = Repita a senha.
problem-passwords-differ = As senhas são diferentes. Digite a mesma nos dois campos.
problem-not-connected = Sem conexão com o servidor. O papo está tentando de novo; aperte Enter quando a primeira linha mostrar “conectado”.
problem-connection-lost = A conexão caiu antes da resposta. Nada do que você digitou se perdeu; tente de novo.
problem-unavailable = O servidor não consegue autenticar ninguém no momento. O papo tenta de novo a cada poucos segundos; nada do que você digitou se perdeu.
problem-other-server = Este não é o servidor em que você entrou antes. Sua sessão naquele servidor fica salva e volta a valer quando ele voltar.
problem-server-replaced = Agora outro servidor responde aqui. Sua sessão no anterior e o que você escreveu lá ficam salvos até ele voltar.
problem-sign-in-unreadable = Não foi possível ler a sua sessão salva ({ $why }). Entre com a senha ou conserte esse arquivo.
problem-signed-out-elsewhere = Sua sessão aqui foi encerrada em outro dispositivo. Entre de novo para continuar.
lost-unreachable = O servidor não responde: { $why }. O papo continua tentando.
lost-server-away = Nada responde na porta { $port } desta máquina. O último servidor que usou essa porta não é hospedado pelo papo, então o papo deixa a porta livre para ele e continua tentando. Aperte Enter para hospedar ali um bate-papo seu.
lost-known-servers = O arquivo dos certificados que você aceitou não pode ser usado ({ $why }). Dê ao seu usuário permissão de leitura e escrita ou mova o arquivo; o papo continua tentando.
cannot-host-address = O papo não consegue usar o endereço { $address } ({ $why }). Inicie em outra porta acima de 1023, por exemplo com --port 23456.
cannot-host-data-in-use = Outro papo está usando os dados do seu bate-papo em { $folder }. Se ele hospeda em outra porta, inicie este com o mesmo --port; senão, o papo continua tentando.
cannot-host-data-unusable = O papo não consegue usar { $file } ({ $why }). Veja se há espaço no disco e se o seu usuário pode gravar no arquivo e na pasta; o papo continua tentando.
cannot-host-data-newer = { $file } foi gravado por uma versão mais nova do papo. Instale essa versão ou uma mais nova.
cannot-host-data-missing = { $file } sumiu desta pasta. Traga-o de volta ou restaure um backup. Para começar um bate-papo vazio, apague { $file }.lock.
cannot-host-data-foreign = { $file } é de outro programa. Mova o arquivo, e o papo cria um novo.
cannot-host-data-damaged = { $file } está danificado. Guarde-o em outro lugar e restaure um backup ali; sem backup, apague { $file }.lock, e o papo começa um bate-papo vazio.
cannot-host-certificate = O papo não consegue usar o próprio certificado, { $file } ({ $why }). Tire certificate.pem e key.pem dessa pasta, e o papo cria novos.
cannot-host-system = O sistema não consegue rodar um servidor ({ $why }). Feche alguns programas; o papo continua tentando.
lost-no-reply = A conexão foi aceita, mas não houve resposta. O papo continua tentando; se isso persistir, confira o endereço.
lost-not-papo = O programa nesse endereço não é um servidor papo. Confira o endereço dado com --server.
lost-no-tls = O servidor nesse endereço não usa criptografia ({ $why }). Confira o endereço; para um servidor que realmente não usa, existe --plaintext.
lost-certificate-unknown = O certificado do servidor não é de uma autoridade conhecida: { $shown }. Aperte Enter no formulário para decidir de novo se confia nele.
lost-no-authorities = Este sistema não tem certificados de autoridades, e o papo não consegue verificar quem emitiu o certificado do servidor: { $shown }. Instale-os (muitos sistemas os têm num pacote chamado ca-certificates) ou aperte Enter no formulário para decidir de novo se confia nele.
lost-certificate-changed = O certificado do servidor mudou. Ou a administração do servidor criou um novo, ou alguém está interceptando a conexão. Antes: { $known }. Agora: { $shown }. Pergunte à administração, por telefone ou outro meio, o que o papo-server mostrou; se for o novo, apague a linha do endereço do servidor no arquivo known_servers da pasta de dados do papo (~/.local/share/papo) e inicie o papo de novo.
lost-other-community = { $address } não é da mesma comunidade que { $other }, então o papo não usa esse endereço. Liste em --server só endereços da mesma comunidade; o papo continua tentando.
lost-community-unproven = { $address } diz ser uma comunidade que você conhece, mas nada comprova isso. Aperte Enter no formulário para decidir se é.
lost-hosted-server-failed = Uma parte do servidor que o papo hospeda falhou. O papo vai reiniciar o servidor; a causa está no log do papo.
lost-closed = O servidor fechou a conexão. O papo continua tentando.
strength-0 = adivinhada na hora.
strength-1 = fácil de adivinhar.
strength-2 = razoável.
strength-3 = boa.
strength-4 = forte.
strength-few-words = Use algumas palavras sem relação entre si.
strength-no-need-for-symbols = O tamanho ajuda mais que símbolos ou números.
strength-another-word = Acrescente mais uma ou duas palavras.
strength-capitals = Maiúsculas ajudam pouco.
strength-reversed = Palavras ao contrário são igualmente fáceis de adivinhar.
strength-substitutions = Trocar letras por números ajuda pouco.
strength-keyboard = Sequências do teclado são fáceis de adivinhar.
strength-repeats = Evite repetir palavras e caracteres.
strength-sequences = Evite sequências como abc ou 123.
strength-dates = Evite datas e anos.

# O menu
menu-directory = Pessoas e grupos
menu-chat-with-person = Conversar com alguém
menu-chat-in-group = Conversar em um grupo
menu-create-group = Criar um grupo
menu-add-member = Adicionar alguém a um grupo
menu-quit = Sair
menu-recent = Conversas recentes

# A conversa
side-users = Pessoas
side-groups = Grupos
list-no-users = Ninguém mais criou uma conta ainda.
list-no-groups = Você ainda não está em nenhum grupo. Aperte Esc e depois 4 para criar um.
chat-choose-user = Escolha alguém com ↑↓ e Enter
chat-choose-group = Escolha um grupo com ↑↓ e Enter
presence-online = online
presence-away = ausente
presence-offline = offline
presence-unknown = sem conexão
presence-offline-since = offline desde { $when }
group-members = { $count ->
    [one] { $count } membro
   *[other] { $count } membros
}
members = Membros
member-blocked = bloqueio
chat-blocked = você bloqueou esta pessoa; /unblock desfaz
notify-title = Notificações de { $name }
notify-all = Todas as mensagens
notify-mentions = Só menções e respostas a você
notify-nothing-for = { $hours ->
    [one] Nada por uma hora
   *[other] Nada por { $hours } horas
}
notify-nothing = Nada até eu reativar
notify-is-mentions = só menções
notify-is-mentions-until = só menções até { $when }
notify-is-nothing = silenciada
notify-is-nothing-until = silenciada até { $when }
invites-title = Convites para { $group }
invites-none = Nenhum convite aberto. Aperte n para criar um.
invitations-title = Convites recebidos
invitations-none = Nenhum convite pendente.
invitations-pending = { $count ->
    [one] 1 convite
   *[other] { $count } convites
}
invites-told-once = Este código só aparece uma vez e está na sua área de transferência. Quem tiver o código pode entrar com /join.
invite-uses = { $count ->
    [one] para uma pessoa
   *[other] para { $count } pessoas
}
invite-any-uses = para qualquer pessoa
invite-until = até { $when }
invite-for-ever = sem prazo
invite-by = por { $who }
role-owner = responsável
role-admin = admin
typing-one = { $who } está digitando…
typing-two = { $who } e { $other } estão digitando…
typing-many = { $who }, { $other } e mais { $count } estão digitando…
# The name of every deleted account.
deleted-account = conta apagada
composer-empty = Escreva uma mensagem, ou / para um comando
# In place of the empty composer of a conversation with a deleted account.
composer-closed = Esta conta foi apagada. Aqui só dá para ler.
message-deleted = mensagem apagada
message-expired = mensagem expirada
message-deleted-by-operator = apagada pela administração
message-deleted-by = mensagem apagada por { $who }
message-edited = (editada)
quote-nothing = uma mensagem que você não pode ver
receipt-delivered = entregue
receipt-read = lida
receipt-delivered-to = entregue a { $count }
receipt-read-by = lida por { $count }
composer-editing = editando
messages-none = Nenhuma mensagem ainda.
messages-folded = de alguém que você bloqueou · Enter mostra
preview-folded = uma mensagem de alguém que você bloqueou
messages-loading = Carregando mensagens…
messages-beginning-for-you = Você vê as mensagens desde que entrou.
messages-beginning = A conversa começa aqui.
messages-new = novas
messages-unread-below = { $count ->
    [one] { $count } não lida abaixo
   *[other] { $count } não lidas abaixo
}
messages-more-below = End vai para a mais recente
happened-created = { $who } criou o grupo { $group }
happened-added = { $who } adicionou { $whom }
happened-left = { $who } saiu
happened-left-to = { $who } saiu; { $whom } agora é responsável pelo grupo
happened-removed = { $who } removeu { $whom }
happened-joined = { $who } entrou no grupo
happened-owner = { $who } tornou { $whom } responsável pelo grupo
happened-owner-by-operator = { $whom } agora é responsável pelo grupo, por decisão da administração do servidor
happened-admin = { $who } tornou { $whom } admin
happened-member = { $who } removeu { $whom } dos admins
happened-topic = { $who } definiu o assunto: { $topic }
happened-no-topic = { $who } removeu o assunto
happened-edited = { $who } editou uma mensagem
happened-deleted = { $who } apagou uma mensagem
happened-reacted = { $who } reagiu com { $emoji }
happened-unreacted = { $who } removeu a reação { $emoji }
happened-renamed = { $who } mudou o nome do grupo para { $group }
happened-private = { $who } tornou o grupo privado
happened-listed = { $who } incluiu o grupo na lista de grupos
happened-public = { $who } tornou o grupo público
happened-retention = { $who } definiu que as mensagens são guardadas por { $count ->
    [one] { $count } dia
   *[other] { $count } dias
}
happened-no-retention = { $who } removeu o limite de tempo para guardar as mensagens
happened-unknown = { $who } fez algo que esta versão do papo não reconhece
day = { $weekday }, { $day } de { $month } de { $year }
weekday-monday = segunda-feira
weekday-tuesday = terça-feira
weekday-wednesday = quarta-feira
weekday-thursday = quinta-feira
weekday-friday = sexta-feira
weekday-saturday = sábado
weekday-sunday = domingo
month-1 = janeiro
month-2 = fevereiro
month-3 = março
month-4 = abril
month-5 = maio
month-6 = junho
month-7 = julho
month-8 = agosto
month-9 = setembro
month-10 = outubro
month-11 = novembro
month-12 = dezembro

# As sessões
devices-title = Sessões abertas
device-unnamed = dispositivo sem nome
device-this = este dispositivo
device-connected = conectado
device-last-used = usado pela última vez { $when }
device-signed-in = entrou { $when }

# O servidor
server-title = Servidor
server-address = Endereço
server-privacy = Conexão
server-certificate = Certificado
server-version = Versão
server-retention = Retenção
server-sign-in = Login
privacy-on-this-machine = não sai desta máquina
privacy-plain = SEM CRIPTOGRAFIA: qualquer um no caminho da rede pode ler tudo
privacy-vouched = criptografada; certificado de uma autoridade conhecida
privacy-accepted = criptografada, com o certificado que você aceitou
sign-in-not-kept = não salvo: o papo pede a senha toda vez
sign-in-in-keyring = salvo no chaveiro do sistema
sign-in-in-file = salvo em { $file }, que só você pode ler
sign-in-being-saved = Salvando…

# Janelas sobre a tela
help-title = Teclas e comandos
help-here = aqui
help-elsewhere = em outras telas
help-commands = comandos, digitados como mensagem
completion-emoji = emoji
completion-people = pessoas
completion-commands = comandos
completion-groups = grupos
paste-waiting = { $paste } · Enter para revisar
paste-too-long = { $paste }: o limite é { $kib } KiB
paste-question = Enviar tudo isto para { $to }?
paste-amount = { $lines ->
    [one] { $lines } linha, { $size }
   *[other] { $lines } linhas, { $size }
}
size-bytes = { $count } bytes
size-kib = { $whole },{ $tenth } KiB
picker-type = digite parte de um nome
picker-nothing = Nada encontrado.
picker-nobody = Não há mais ninguém.
picker-blocked = Pessoas bloqueadas
picker-nobody-blocked = Você não bloqueou ninguém.
picker-not-a-member = · você não participa
picker-public = · público: Enter para entrar
visibility-private = privado
visibility-public = público
messages-kept = mensagens guardadas por { $count ->
    [one] { $count } dia
   *[other] { $count } dias
}
visibility-choose-private = privado: só os membros encontram
visibility-choose-listed = na lista: todos encontram
visibility-choose-public = público: qualquer um pode entrar
picker-group-to-add-to = Adicionar alguém a qual grupo?
picker-person-to-add = Adicionar quem a { $group }? Esc conclui
members-of = Membros de { $group }
picker-anything = Ir para
picker-link-to-open = Abrir qual link?
picker-link-to-copy = Copiar qual link?
picker-code-to-copy = Copiar qual código?

# Buscar mensagens.
search-here = Buscar em { $conversation }
search-everywhere = Buscar em todas as conversas
search-type = palavras para buscar
search-filters = "uma frase"  from:nome  in:#grupo  before:2026-11-01  after:  has:link
search-looking = buscando…
search-nothing = Nada encontrado. Tente menos palavras, ou Tab para buscar em tudo.
search-hits = { $count ->
    [one] 1 mensagem, mais recente primeiro
   *[other] { $count } mensagens, mais recentes primeiro
}
search-many = as { $count } mensagens mais recentes; pode haver mais
search-offline = Sem conexão. A busca será feita quando ela voltar.
picker-reaction = Reagir; digite um nome para mais
prompt-delete = Apagar esta mensagem?
prompt-delete-of = Apagar esta mensagem de { $whom }?
prompt-delete-of-explained = Todos verão que você a apagou. Ninguém mais poderá ler o texto, nem quem escreveu. s apaga, Esc mantém.
prompt-delete-explained = Todos verão que uma mensagem foi apagada. Ninguém mais poderá ler o texto, nem você. s apaga, Esc mantém.
prompt-report = Denunciar esta mensagem de { $whom }
prompt-report-explained = A administração do servidor poderá ler a mensagem. Ninguém mais fica sabendo da denúncia. Enter denuncia, Esc cancela.
prompt-discard = Descartar esta mensagem não enviada?
prompt-discard-explained = Ela não pode voltar para a caixa de texto, que já tem outro texto. s descarta de vez, Esc mantém.
prompt-block = Bloquear { $whom }?
prompt-block-explained = Você não recebe mais nada dessa pessoa, e ela não é avisada. /unblock desfaz. s bloqueia, Esc cancela.
prompt-revoke-invite = Revogar este convite?
prompt-revoke-invite-explained = Ninguém mais poderá entrar com o código dele. s revoga, Esc mantém.
letter-yes = s
problem-needs-letter = Só s confirma; Esc cancela.
problem-not-that-letter = A tecla não foi s, então nada foi feito. Feche com Esc e tente de novo.
sheet-revisions = Versões anteriores
sheet-people = Dados da mensagem
sheet-read-by = Lida por { $count } de { $others }
sheet-delivered-to = Entregue, ainda não lida
sheet-no-reactions = Nenhuma reação.
prompt-rename = Mudar o nome de { $group }
prompt-join = Entrar em um grupo com um convite
prompt-join-explained = Digite ou cole o código que alguém do grupo deu a você.
prompt-leave = Sair de { $group }?
prompt-leave-explained = Só um membro pode adicionar você de novo, e você verá apenas as mensagens enviadas depois disso. s sai do grupo, Esc cancela.
prompt-leave-to = { $whom } será responsável pelo grupo. Só um membro pode adicionar você de novo. s sai do grupo, Esc cancela.
prompt-leave-to-admin = O grupo passa para o admin mais antigo. Só um membro pode adicionar você de novo. s sai do grupo, Esc cancela.
prompt-leave-to-member = O grupo passa para o membro mais antigo; para escolher outro, use antes /owner NOME. s sai do grupo, Esc cancela.
prompt-leave-to-nobody = Você é o último membro: ninguém poderá voltar ao grupo, e o nome continua ocupado. s sai do grupo, Esc cancela.
prompt-remove = Remover { $whom } de { $group }?
prompt-remove-explained = Essa pessoa não verá as novas mensagens do grupo. Qualquer membro pode adicioná-la de novo. s remove, Esc cancela.
prompt-hand-over = Tornar { $whom } responsável por { $group }?
prompt-hand-over-explained = { $whom } será responsável pelo grupo, e você será um dos admins; só { $whom } pode devolver o grupo a você. s passa o grupo, Esc cancela.
prompt-topic = Assunto de { $group }
prompt-topic-explained = Todos veem o assunto acima da conversa. Deixe vazio para removê-lo.
prompt-visibility = Visibilidade de { $group }
prompt-visibility-explained = Escolha com ← e →.
prompt-retention = Por quanto tempo guardar as mensagens de { $group }
prompt-retention-explained = As mensagens mais antigas são apagadas para todos, inclusive as que já existem. Deixe em branco para guardar sem limite.
prompt-retention-within = As mensagens mais antigas são apagadas para todos, inclusive as que já existem. Deixe em branco para guardar pelo tempo deste servidor: { $count ->
    [one] { $count } dia
   *[other] { $count } dias
}.
problem-days = Digite um número de dias de 1 a { $max }, ou deixe em branco.
prompt-decline = Recusar o convite para { $group }?
prompt-decline-explained = Não poderão convidar você para este grupo de novo. Você ainda pode entrar com um código de convite.
prompt-revoke = Desconectar { $device }?
prompt-revoke-explained = Para entrar nele de novo será preciso digitar sua senha. s desconecta, Esc cancela.
prompt-revoke-this = Sair deste dispositivo?
prompt-revoke-this-explained = É o dispositivo que você está usando: será preciso digitar sua senha para entrar de novo. s sai, Esc cancela.
prompt-password = Trocar a senha
prompt-delete-account = Apagar sua conta
prompt-delete-account-explained = Não dá para desfazer. Você sai de todos os grupos, todos os seus dispositivos são desconectados e ninguém mais pode usar seu nome. Digite manter para deixar suas mensagens com quem as recebeu, como “conta apagada”, ou apagar para apagá-las também.
prompt-totp-enable = Ativar a verificação em duas etapas
prompt-totp-enable-explained = O login com senha vai pedir também um código de um app autenticador no seu celular. Os dispositivos conectados continuam conectados.
prompt-totp-confirm-explained =
    Adicione este segredo ao seu app autenticador:
    { $secret }
    Ou abra este link no dispositivo que tem o app:
    { $uri }
    Depois digite o código que o app mostrar.
prompt-totp-disable = Desativar a verificação em duas etapas
prompt-totp-disable-explained = { $count ->
        [0] A verificação em duas etapas está ativada e não há mais códigos de recuperação: /recovery cria novos. Para desativar, digite sua senha e um código.
        [one] A verificação em duas etapas está ativada e resta um código de recuperação: /recovery cria novos. Para desativar, digite sua senha e um código.
       *[other] A verificação em duas etapas está ativada e restam { $count } códigos de recuperação: /recovery cria novos. Para desativar, digite sua senha e um código.
    }
prompt-recovery = Novos códigos de recuperação
prompt-recovery-explained = Os códigos anteriores deixam de funcionar. Digite sua senha e um código do app ou de recuperação.
recovery-title = Seus códigos de recuperação
recovery-explained = Cada um permite entrar uma vez sem o app. Eles só aparecem agora: guarde em um lugar seguro, fora do celular.
prompt-profile = Como os outros veem você
prompt-profile-explained = Seu nome de usuário não muda. O status diz o que você anda fazendo; deixe vazio para removê-lo.
prompt-certificate = Você confia neste servidor?
prompt-certificate-explained = É a sua primeira conexão com ele, e o certificado não é de uma autoridade conhecida. Compare isto com o que o papo-server mostrou ao iniciar, por telefone ou outro meio: { $fingerprint }
prompt-certificate-of-explained = É a sua primeira conexão com { $address }, e o certificado não é de uma autoridade conhecida. Compare isto com o que o papo-server mostrou ao iniciar, por telefone ou outro meio: { $fingerprint }
prompt-community = É a comunidade que você conhece?
prompt-community-explained = { $address } diz ser a comunidade que você conhece de { $known }, mas nada comprova isso. Se não for, quem controla esse endereço poderia ler suas mensagens e entrar com a sua conta. Digite sim só se a administração da sua comunidade informou este endereço.
prompt-community-of-sign-in-explained = { $address } diz ser uma comunidade em que você entrou, mas nada comprova isso. Se não for, quem controla esse endereço poderia ler suas mensagens e entrar com a sua conta. Digite sim só se a administração da sua comunidade informou este endereço.
prompt-host-here = Hospedar um bate-papo aqui?
prompt-host-here-explained = Outro servidor usou a porta { $port } por último. Enquanto o papo hospedar ali, ele não consegue iniciar, e as pessoas e mensagens dele não aparecem no bate-papo hospedado pelo papo.
label-type-yes = Digite sim
problem-type-yes = Digite sim se forem iguais. Aperte Esc se não forem ou se não der para saber.
problem-type-yes-to-confirm = Digite sim se você sabe que é. Aperte Esc se não for ou se não der para saber.
problem-type-yes-to-host = Digite sim para hospedar aqui ou aperte Esc.
label-group-name = Nome
label-reply = Resposta
label-display-name = Nome
label-status = Status
label-reason = Motivo (opcional)
label-topic = Assunto
label-visibility = Visibilidade
label-days = Dias
label-current-password = Senha atual
label-new-password = Nova senha

# Avisos na última linha
notice-quit-again = Aperte Ctrl-C de novo para sair; Ctrl-Q também sai.
notice-quit-loses = { $count ->
    [one] Aperte de novo para sair; 1 mensagem não enviada se perderia.
   *[other] Aperte de novo para sair; { $count } mensagens não enviadas se perderiam.
}
notice-server-replaced = Este servidor tem outros dados agora. O que estava aqui era dos antigos.
notice-community-recognized = Esta é a comunidade que você conhece de { $known }.
notice-kept-until-available = O servidor não salva mensagens agora. As suas serão enviadas quando voltar.
notice-not-kept = Rascunhos e mensagens não podem ser salvos nesta máquina: { $why }
notice-not-stored = O servidor não conseguiu salvar a mensagem. O papo continua tentando.
notice-kept-again = Rascunhos e mensagens não enviadas voltaram a ser salvos aqui.
notice-quit-unsent = { $count ->
    [one] Aperte de novo para sair; 1 mensagem ainda não enviada vai na próxima vez.
   *[other] Aperte de novo para sair; { $count } mensagens não enviadas vão na próxima vez.
}
notice-paste-too-long = O texto passa de { $kib } KiB e não foi colado. Cole em partes.
notice-burst-not-sent = Texto colado não é enviado automaticamente; aperte Enter para enviar.
notice-burst-not-submitted = O Enter veio junto com o texto e não fez nada; aperte de novo.
notice-nowhere-to-type = Não há caixa de texto aqui; nada foi colado.
notice-help-after-this = Feche isto primeiro com Esc; depois F1 mostra as teclas.
notice-needs-connection = É preciso ter conexão. Tente de novo quando ela voltar.
notice-not-your-group = Você não está em { $group }. Qualquer membro pode adicionar você.
notice-unknown-command = Comando desconhecido: { $command }. /help mostra todos; // começa mensagem.
notice-unknown-command-near = { $command } não existe. Você quis dizer { $near }? // começa uma mensagem.
notice-editor-not-found = O editor { $command } não foi encontrado: defina VISUAL ou EDITOR.
notice-editor-failed = { $command } falhou ({ $why }). Seu rascunho não mudou.
notice-editor-failed-saved = { $file } tem o que o editor salvou antes de falhar.
notice-editor-too-long = Seu texto está em { $file }: é longo demais para ser inserido aqui.
notice-editor-no-file = Não foi possível iniciar o editor: { $why }.
notice-editor-conversation-gone = Você não está mais nessa conversa. O texto está na área de transferência.
notice-nothing-failed = Esta mensagem não falhou.
notice-no-message = Selecione uma mensagem primeiro, com ↑.
notice-is-deleted = Essa mensagem foi apagada.
notice-conversation-closed = Esta conta foi apagada; não dá mais para escrever para ela.
notice-not-a-reply = Esta mensagem não é uma resposta.
notice-message-not-there = Você não pode ver essa mensagem aqui.
notice-edit-empty = A mensagem ficou vazia. Para apagá-la: Esc, depois ↑ e d.
notice-copied = Mensagem copiada.
notice-reference-copied = Referência copiada: { $reference }. Com ela, a administração acha a mensagem.
notice-profile = Salvo. É assim que os outros veem você agora.
notice-away = Você está ausente até digitar /back.
notice-back = Você voltou.
notice-not-away = Você não estava ausente.
notice-blocked = Bloqueio de { $who } ativado. A pessoa não é avisada.
notice-unblocked = Bloqueio de { $who } desativado.
notice-invite-copied = O código está na sua área de transferência: { $code }
notice-no-invite-code = Um código só aparece uma vez, ao ser criado. n cria outro.
notice-invite-revoked = Esse convite não vale mais.
notice-invite-how = { $typed } não é número de pessoas (1 a { $max }) nem prazo. Ex.: /invite 5 2d
notice-no-time = { $typed } não é um tempo. Use 45m, 8h, 2d, 1w ou sempre.
notice-code-copied = { $lines ->
    [one] Código copiado: { $lines } linha.
   *[other] Código copiado: { $lines } linhas.
}
notice-link-copied = Copiado: { $link }
notice-link-copied-instead = Não foi possível abrir daqui, então foi copiado: { $link }
notice-link-opened = Abrindo { $link }
notice-no-link = Não há link nesta mensagem.
notice-no-code = Não há bloco de código nesta mensagem.
notice-reply-sent = Resposta enviada.
notice-marked-unread = Marcado como não lido a partir daqui.
notice-not-sent-yet = Esta mensagem ainda não foi enviada.
notice-summary = { $unread } não lidas em { $conversations ->
    [one] uma conversa
   *[other] { $conversations } conversas
} · Alt-A vai até lá
notice-summary-for-you = { $unread } não lidas em { $conversations ->
    [one] uma conversa
   *[other] { $conversations } conversas
}, { $mentions } para você · Alt-I as mostra
notice-member-added = Pessoa adicionada.
notice-reported = Denúncia enviada. A administração do servidor já pode ler a mensagem.
notice-report-own = Só dá para denunciar mensagens de outras pessoas.
notice-invited = Convite enviado. A pessoa entra no grupo quando aceitar.
notice-invitation-declined = Convite recusado.
notice-left-group = Você não está mais em { $group }.
notice-removed = { $who } removeu você de { $group }.
notice-removed-kept = { $who } removeu você de { $group }. O que não foi enviado fica salvo.
notice-role-already = { $who } já tem essa função.
notice-kept-in-keyring = Sua sessão fica salva no chaveiro do sistema.
notice-kept-in-file = Sua sessão fica salva em { $file }, que só você pode ler.
notice-kept-nowhere = Não foi possível salvar sua sessão ({ $why }). A senha será pedida.
notice-hosts-no-pause = O papo hospeda o bate-papo e não pode pausar. Abra outro terminal ou saia.
notice-device-revoked = Esse dispositivo foi desconectado.
notice-account-deleted = A conta foi apagada.
notice-totp-disabled = Verificação em duas etapas desativada.
notice-recovery-codes-copied = Códigos de recuperação copiados.
notice-password-changed = Senha trocada; seus outros dispositivos foram desconectados.
notice-no-conversation = Ainda não há conversa aqui.
notice-choose-conversation = Escolha uma conversa primeiro: Enter abre a que está destacada.
notice-conversation-ready = A conversa com { $name } está pronta: Ctrl-K vai até ela.
notice-no-row = A lista não tem a linha { $number }.
notice-nothing-unread = Nenhuma mensagem não lida.
notice-nothing-new-here = Nenhuma mensagem não lida aqui.
notice-unread-above = { $count ->
    [one] { $count } não lida acima: Alt-U vai até ela, End de novo marca como lida.
   *[other] { $count } não lidas acima: Alt-U vai até elas, End de novo marca como lidas.
}

# As recusas do servidor
refused-wrong-credentials = Nome ou senha incorretos.
refused-second-factor-required = Digite o código do seu app autenticador ou um código de recuperação.
refused-wrong-code = Código incorreto ou já usado. Aguarde o próximo código do app.
refused-totp-already-enabled = A verificação em duas etapas já está ativada.
refused-totp-not-enabled = A verificação em duas etapas não está ativada.
refused-username-taken = Este nome já está em uso. Escolha outro ou entre, se ele for seu.
refused-username-too-alike = Este nome se parece com o de outra pessoa. Escolha outro.
refused-registration-closed = Não é possível criar conta neste servidor. Peça uma à administração.
refused-invite-needed = Para criar conta neste servidor é preciso um convite. Peça um à administração.
refused-invite-invalid = Este convite é inválido ou expirou. Confira ou peça outro.
refused-username-characters = Um nome pode ter letras e números, com . _ - entre eles.
refused-username-mixed-scripts = Um nome não pode misturar alfabetos parecidos, como o latino e o cirílico.
refused-name-reserved = Este nome é reservado, porque poderia enganar outras pessoas. Escolha outro.
refused-name-characters = Este nome não é permitido.
refused-name-too-long = No máximo { $max } caracteres.
refused-password-too-short = Pelo menos { $min } caracteres.
refused-password-too-long = No máximo { $max } bytes.
refused-password-is-username = Não pode ser o seu nome.
refused-password-too-weak = Fácil demais de adivinhar. Algumas palavras sem relação entre si são fortes e fáceis de lembrar.
refused-account-suspended = Esta conta está suspensa. Fale com a administração do servidor.
refused-token-unknown = Sua sessão neste dispositivo foi encerrada. Entre de novo.
refused-no-such-device = Esse dispositivo já foi desconectado.
refused-no-such-user = Ninguém tem esse nome.
refused-that-is-you = Esse é você.
refused-account-deleted = Esta conta foi apagada.
refused-unblock-first = Você bloqueou essa pessoa. Desbloqueie primeiro.
refused-too-many-blocked = Você já bloqueou { $max } pessoas. Desbloqueie uma primeiro.
refused-not-allowed = Você não tem permissão para fazer isso aqui.
refused-no-such-member = Essa pessoa não é membro.
refused-topic-too-long = Um assunto pode ter no máximo { $max } caracteres.
refused-status-too-long = Um status pode ter no máximo { $max } caracteres.
refused-too-many-invites = O grupo já tem { $max } convites. Revogue um primeiro.
refused-no-such-invitation = Este convite não existe mais.
refused-invitation-declined = A pessoa recusou um convite para este grupo. Um código de convite ainda funciona.
refused-invitations-full = A pessoa já tem { $max } convites pendentes. Envie um código de convite.
refused-too-many-invitations = { $max } convites seus estão pendentes. Envie um código de convite.
refused-not-public = Este grupo não é público.
refused-not-a-member = Você não é membro.
refused-not-a-group = Isso só funciona em um grupo.
refused-already-a-member = Essa pessoa já é membro.
refused-group-name-taken = Este nome de grupo já está em uso. Escolha outro.
refused-group-name-too-alike = Este nome se parece com o de outro grupo. Escolha outro.
refused-group-full = O grupo está cheio: tem { $max } membros.
refused-too-many-conversations = Um de vocês já está em { $max } conversas, que é o limite.
refused-text-empty = A mensagem não tem texto visível.
refused-text-too-long = A mensagem é longa demais (no máximo { $kib } KiB). Envie em partes.
refused-no-such-message = Essa mensagem não existe ou foi apagada.
refused-not-yours = Só quem escreveu uma mensagem pode alterá-la.
refused-too-many-edits = Esta mensagem foi editada { $max } vezes e não pode mais ser editada.
refused-emoji-invalid = Uma reação deve ser um único emoji.
refused-too-many-reactions = A mensagem já tem { $max } reações diferentes. Escolha uma delas.
refused-reactions-full = A mensagem já tem { $max } reações e não aceita mais.
refused-reason-too-long = Um motivo pode ter no máximo { $max } caracteres.
refused-too-many-reports = A administração do servidor ainda não analisou { $max } das suas denúncias. Tente de novo quando algumas forem analisadas.
refused-query-empty = Digite algo para buscar.
refused-query-too-long = Uma busca pode ter no máximo { $max } caracteres.
refused-query-too-many = Uma busca pode ter no máximo { $max } palavras e filtros.
refused-query-date = Escreva um dia como 2026-11-01 ou um mês como 2026-11.
refused-query-has = “has:” só funciona como has:link.
refused-query-other = O servidor não aceita esta busca.
refused-quota-reached = Você atingiu o limite diário do servidor ({ $messages } mensagens ou { $mib } MiB). Tente de novo em { $hours } h.
refused-storage-low = O disco do servidor está quase cheio. Ele só guarda mensagens de até { $kib } KiB. Avise a administração.
refused-busy = O servidor está ocupado. Tente de novo em { $seconds } s.
refused-failed = O servidor não conseguiu fazer isso. Tente de novo.
refused-unavailable = O servidor não consegue carregar nem salvar nada no momento. Tente de novo daqui a pouco.
refused-outcome-unknown = O servidor falhou, mas a alteração pode ter sido feita. Confira antes de tentar de novo.
refused-tls-required = O servidor exige conexão criptografada. Inicie o papo sem --plaintext.
refused-address-banned = A administração deste servidor bloqueou a sua rede por mais { $hours } h.
refused-unsupported-protocol = As versões deste papo e do servidor são incompatíveis. Atualize a mais antiga.
refused-other = O servidor recusou o pedido.

# As teclas, por extenso para a ajuda
key-send = enviar a mensagem
key-complete = inserir a sugestão: :emoji, @nome, #grupo, /comando
key-complete-or-send = inserir a sugestão escolhida ou digitada; senão, enviar
key-send-paste = enviar como está (texto longo colado)
key-send-paste-as-code = enviar como bloco de código (texto longo colado)
key-edit-paste = revisar e editar (texto longo colado)
key-keep-paste = deixar na caixa de texto (texto longo colado)
key-editor = escrever a mensagem no seu editor (VISUAL ou EDITOR)
key-new-line = nova linha; \ e depois Enter também
key-open = abrir a conversa
key-retry = em uma mensagem que falhou: enviar de novo
key-discard = em uma mensagem que falhou: descartar
key-reply = responder à mensagem selecionada
key-react = reagir a ela com um emoji, ou remover a reação
key-jump-to-quoted = ir para a mensagem original
key-edit = editar uma mensagem sua
key-delete = apagar uma mensagem sua ou, como admin, de um membro
key-report = denunciar uma mensagem à administração do servidor
key-people = quem reagiu e quem leu
key-revisions = versões anteriores
key-react-with = 1 a 6: reagir com esse emoji
key-cancel-reply = cancelar a resposta ou a edição
key-copy = copiar a mensagem selecionada
key-copy-reference = copiar a referência da mensagem, para a administração do servidor
key-open-link = abrir um link da mensagem selecionada
key-copy-link = copiar um link da mensagem selecionada
key-copy-code = copiar um bloco de código da mensagem selecionada
key-write = escrever
key-unfold = em mensagem de alguém que você bloqueou: mostrar
key-switch-side = alternar entre conversas com pessoas e grupos
key-to-list = ir para a lista
key-members = membros do grupo
key-talk-with-member = conversar com o membro selecionado
key-make-admin = tornar admin o membro selecionado
key-make-member = remover dos admins o membro selecionado
key-hand-over = tornar responsável o membro selecionado
key-remove-member = remover o membro selecionado
key-block = bloquear o membro selecionado
key-unblock = desbloquear o membro selecionado
key-profile = como os outros veem você: nome e status
key-add-to-group = adicionar alguém ao grupo
key-invites = convites do grupo (só admins)
key-new-invite = criar um convite
key-copy-invite = copiar o código recém-criado
key-copy-recovery-codes = copiar os códigos de recuperação
key-revoke-invite = revogar o convite selecionado
key-notify = notificações desta conversa
key-join-group = entrar em um grupo com um convite
key-invitations = convites para grupos
key-accept-invitation = aceitar o convite selecionado
key-decline-invitation = recusar o convite selecionado
key-confirm = próximo campo, depois enviar
key-next-field = próximo campo
key-switch-form = entrar ou criar conta
key-select-message = selecionar uma mensagem: responder, reagir, editar, copiar
key-up = para cima: lista, menu, mensagens
key-down = para baixo: lista, menu, mensagens
key-choose = escolher
key-say-yes = confirmar algo que não tem volta
key-menu-item = 1 a 6: escolher no menu
key-page-up = página acima; mensagens antigas carregam ao chegar nelas
key-page-down = página abaixo
key-oldest = ir para a mensagem mais antiga carregada
key-newest = ir para a mensagem mais recente
key-first = ir para o primeiro
key-last = ir para o último
key-devices = sessões abertas
key-inbox = para você: menções, respostas, mensagens diretas
key-open-item = ir para a mensagem
key-reply-item = responder daqui
key-dismiss-item = marcar como resolvido
key-refresh-inbox = mostrar as novidades
key-mark-unread = marcar como não lida, a partir desta mensagem
key-server = o servidor e seu certificado
key-revoke-device = desconectar o dispositivo selecionado
key-close = fechar
key-menu = voltar ao menu
key-help = mostrar estas teclas
key-redraw = redesenhar a tela
key-suspend = suspender o papo; fg no shell volta
key-quit = sair
key-find = ir para conversas, pessoas e ações
key-search = buscar mensagens
key-go-to-found = ir para a mensagem
key-widen-search = buscar em tudo, ou só aqui
key-go-back = voltar para onde você estava antes da busca
key-next-unread = ir para a próxima conversa não lida
key-first-unread = ir para a primeira mensagem não lida
key-previous-conversation = ir para a conversa de cima
key-next-conversation = ir para a conversa de baixo
key-open-row = Alt-1 a Alt-9: abrir essa linha da lista
command-menu = voltar ao menu
command-help = mostrar estas teclas
command-search = buscar mensagens
command-members = membros do grupo
command-add = adicionar alguém ao grupo
command-remove = remover alguém do grupo
command-admin = tornar alguém admin do grupo
command-member = remover alguém dos admins
command-owner = tornar alguém responsável pelo grupo
command-topic = definir o assunto do grupo
command-visibility = mudar quem encontra o grupo e quem entra nele
command-retention = mudar por quanto tempo as mensagens ficam guardadas
command-rename = mudar o nome do grupo
command-invite = criar um código de convite; 5 2d: 5 pessoas, 2 dias
command-invites = os convites para o grupo
command-join = entrar em um grupo com um convite
command-mute = silenciar esta conversa: 1h, 8h, 1d, sempre
command-mentions = notificar só menções
command-unmute = notificar todas as mensagens
command-leave = sair do grupo
command-editor = escrever a mensagem no seu editor
command-name = mudar o nome que os outros veem
command-status = definir seu status
command-away = ficar ausente, com um status se quiser
command-back = deixar de estar ausente
command-block = bloquear alguém
command-unblock = desbloquear alguém
command-blocked = pessoas que você bloqueou
command-password = trocar a senha
command-deleteaccount = apagar sua conta
command-2fa = verificação em duas etapas
command-recovery = novos códigos de recuperação
command-devices = sessões abertas
command-inbox = ver o que é para você
command-server = o servidor e seu certificado
command-signout = encerrar a sessão neste dispositivo
command-quit = sair do papo

# As teclas, em uma ou duas palavras para a última linha
hint-select-message = responder, editar
hint-send = enviar
hint-complete = inserir
hint-send-as-code = como código
hint-edit = editar
hint-new-line = nova linha
hint-open = abrir
hint-retry = tentar de novo
hint-discard = descartar
hint-reply = responder
hint-react = reagir
hint-jump-to-quoted = original
hint-delete = apagar
hint-report = denunciar
hint-people = dados
hint-revisions = histórico
hint-react-with = reagir
hint-cancel = cancelar
hint-copy = copiar
hint-continue = continuar
hint-turn-on = ativar
hint-delete-account = apagar a conta
hint-turn-off = desativar
hint-open-link = abrir link
hint-copy-link = copiar link
hint-copy-code = copiar código
hint-switch-side = pessoas/grupos
hint-talk = conversar
hint-unfold = mostrar
hint-make-admin = tornar admin
hint-make-member = remover dos admins
hint-hand-over = passar o grupo
hint-remove-member = remover
hint-block = bloquear
hint-unblock = desbloquear
hint-profile = perfil
hint-invites = convites
hint-new-invite = novo
hint-revoke-invite = revogar
hint-join-group = entrar por código
hint-confirm = continuar
hint-create = criar
hint-save = salvar
hint-join = entrar
hint-accept = aceitar
hint-decline = recusar
hint-leave = sair do grupo
hint-host = hospedar
hint-add = adicionar
hint-next-field = campo
hint-switch-form = entrar/criar conta
hint-choose = escolher
hint-say-yes = sim
hint-devices = sessões
hint-inbox = para você
hint-dismiss = resolvido
hint-mark-unread = marcar não lida
hint-server = servidor
hint-revoke-device = desconectar
hint-close = fechar
hint-menu = menu
hint-help = teclas
hint-page-down = próxima página
hint-page-up = página anterior
hint-quit = sair
hint-find = ir para
hint-search = buscar
hint-go-to-found = ir até lá
hint-widen-search = aqui/em tudo
hint-go-back = voltar
hint-next-unread = não lidas

# Para scripts e pipes
language = pt-BR
script-edited = editada
script-deleted = { $who } apagou esta mensagem
script-deleted-by-operator = a administração do servidor apagou esta mensagem de { $who }
script-expired = esta mensagem de { $who } expirou
script-no-such-group = Você não está em nenhum grupo chamado { $group }.
script-not-signed-in = Ninguém entrou em { $server } nesta máquina. Abra o papo, entre e marque “continuar conectado neste dispositivo”.
script-user-not-signed-in = { $user } não entrou em { $server } nesta máquina. Abra papo --user { $user }, entre e marque “continuar conectado neste dispositivo”.
script-other-server = Agora outro servidor responde em { $server }. Abra o papo e entre nele; a sessão no anterior fica salva.
script-sign-in-unreadable = Não foi possível ler a sessão em { $server }: { $why }
script-keyring-silent = O chaveiro do sistema, que talvez tenha a sessão em { $server }, não responde. Desbloqueie-o e tente de novo.
script-other-user = Quem entrou nesta máquina foi { $you }, não { $user }.
script-no-server = { $server } não responde: { $why }
script-no-server-here = Nenhum servidor está rodando nesta máquina na porta { $port }. Abra o papo, que hospeda um, ou escolha um servidor com --server.
script-line-lost = A conexão com { $server } caiu e não voltou a tempo.
script-trying-again = A conexão caiu. O papo continua tentando, e nenhuma mensagem vai faltar.
script-no-reply = { $server } aceitou a conexão, mas não respondeu.
script-not-papo = O programa em { $server } não é um servidor papo.
script-no-tls = { $server } não usa criptografia ({ $why }). Para um servidor que realmente não usa, existe --plaintext.
script-certificate-unknown = O certificado de { $server } nunca foi aceito nesta máquina: { $shown }. Abra papo --server { $server } uma vez, compare com o que o papo-server mostrou e aceite. Nada foi enviado.
script-community-unproven = { $server } diz ser uma comunidade que você conhece, mas nada comprova isso. Abra papo --server { $server } uma vez e decida se é, ou liste esse endereço junto com o que você conhece. Nada foi enviado.
script-no-authorities = Este sistema não tem certificados de autoridades, e o papo não consegue verificar quem emitiu o certificado de { $server }: { $shown }. Instale-os (muitos sistemas os têm num pacote chamado ca-certificates) ou abra papo --server { $server } uma vez, compare com o que o papo-server mostrou e aceite. Nada foi enviado.
script-not-known-to-be-sent = A conexão caiu antes de o servidor confirmar a mensagem. Talvez ela tenha chegado: confira antes de enviar de novo.
script-cannot-read = Não foi possível ler a entrada padrão: { $why }
script-not-utf8 = A entrada padrão não é texto em UTF-8. Nada foi enviado.
script-cannot-write = Não foi possível escrever a saída: { $why }
script-not-marked = { $count ->
    [one] Nada foi marcado como lido: 1 mensagem não lida mais antiga não foi impressa.
   *[other] Nada foi marcado como lido: { $count } mensagens não lidas mais antigas não foram impressas.
}
script-symlink = { $file } é um link simbólico. Indique o arquivo para o qual ele aponta, ou outro.
script-file-exists = { $file } já existe e não foi substituído. Escolha outro arquivo.
script-mine-no-html = Seus dados são gravados como texto ou JSON: use --format text ou --format json.
script-mine-progress = { $done } de { $all } conversas, { $entries } registros seus
mine-account = Conta
mine-created = criada em { $when }
mine-totp = verificação em duas etapas ativada
mine-devices = Dispositivos
mine-device = { $name } · conectado em { $since } · último uso em { $used }
mine-blocked = Usuários bloqueados
mine-conversations = Conversas
mine-entries = O que você escreveu e fez
script-not-a-file = { $file } não é um arquivo, por isso não foi substituído.

# O que é para você
inbox-title = Para você
inbox-empty = Nada pendente para você.
inbox-behind = há novidades · r mostra
inbox-more = mais abaixo
inbox-mention = mencionou você
inbox-reply = respondeu a você
inbox-direct = escreveu para você
prompt-reply = Responder a { $whom }
