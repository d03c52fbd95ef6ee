# As palavras do papo em português do Brasil. Toda chave está no arquivo de cada língua; um teste as mantém juntas.

tagline = um bate-papo que guarda o que você disse
too-small = o papo precisa de uma janela maior
you = você

# A primeira linha
link-hosting = hospedando nesta máquina
link-connected = conectado
link-connecting = conectando…
link-unreachable = sem resposta, nova tentativa em { $seconds } s
link-closed = conexão perdida, nova tentativa em { $seconds } s
link-silent = o servidor está mudo, nova tentativa em { $seconds } s
link-no-reply = o servidor não responde, nova tentativa em { $seconds } s
link-not-papo = não é um servidor papo, nova tentativa em { $seconds } s
link-no-tls = sem criptografia lá, nova tentativa em { $seconds } s
link-certificate-unknown = um certificado desconhecido
link-certificate-changed = O CERTIFICADO MUDOU
link-cannot-host = não dá para hospedar, nova tentativa em { $seconds } s
link-hosted-server-failed = o servidor do papo falhou, reinício em { $seconds } s
link-server-away = o servidor está fora, nova tentativa em { $seconds } s
link-known-servers = um arquivo não pode ser usado, nova tentativa em { $seconds } s
link-waiting = ({ $count } na fila)
link-not-stored = ({ $count } na fila: servidor não consegue guardar)
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
label-password-again = De novo
label-invite = Convite
label-stay = continuar conectado neste aparelho (Espaço)
sign-in-waiting = Perguntando ao servidor…
problem-empty-field = Falta preencher.
problem-passwords-differ = As duas senhas são diferentes. Digite a mesma duas vezes.
problem-not-connected = Sem conexão com o servidor. Uma nova tentativa começa agora; aperte Enter quando a primeira linha disser conectado.
problem-connection-lost = A conexão caiu antes da resposta. Nada do que você digitou se perdeu; tente de novo.
problem-other-server = Este não é o servidor em que você tinha entrado aqui. Sua entrada naquele fica guardada e volta a valer quando ele voltar.
problem-server-replaced = Agora outro servidor responde aqui. Sua entrada no anterior e o que você escreveu lá ficam guardados até ele voltar.
problem-sign-in-unreadable = Não dá para ler a sua entrada guardada ({ $why }). Entre com a senha ou conserte esse arquivo.
problem-signed-out-elsewhere = Sua sessão aqui foi encerrada em outro aparelho. Entre de novo para continuar.
lost-unreachable = Ninguém responde lá: { $why }. A tentativa se repete sozinha.
lost-server-away = Nada responde na porta { $port } desta máquina. O último servidor que esteve lá não é hospedado pelo papo, então o papo deixa a porta livre para ele e tenta de novo sozinho. Para hospedar ali um bate-papo seu, aperte Enter.
lost-known-servers = O arquivo dos certificados que você aceitou não pode ser usado ({ $why }). Dê ao seu usuário permissão de leitura e escrita ou tire o arquivo de lá; o papo tenta de novo sozinho.
cannot-host-address = O papo não consegue usar o endereço { $address } ({ $why }). Inicie em outra porta acima de 1023, por exemplo com --port 23456.
cannot-host-data-in-use = Outro papo está usando os dados do seu bate-papo em { $folder }. Se ele hospeda em outra porta, inicie este com o mesmo --port; senão, o papo tenta de novo sozinho.
cannot-host-data-unusable = O papo não consegue usar { $file } ({ $why }). Veja se há espaço no disco e se o seu usuário pode gravar no arquivo e na pasta; o papo tenta de novo sozinho.
cannot-host-data-newer = { $file } foi gravado por um papo mais novo. Instale essa versão ou uma mais nova.
cannot-host-data-foreign = { $file } é de outro programa. Tire-o de lá, e o papo cria um novo.
cannot-host-data-damaged = { $file } está danificado. Guarde-o em outro lugar e ponha um backup ali; sem backup, o papo começa um bate-papo vazio.
cannot-host-certificate = O papo não consegue usar o certificado dele, { $file } ({ $why }). Tire certificate.pem e key.pem dessa pasta, e o papo cria novos.
cannot-host-system = O sistema não consegue rodar um servidor ({ $why }). Feche alguns programas; o papo tenta de novo sozinho.
lost-no-reply = Algo aceitou a conexão lá e não respondeu. A tentativa se repete sozinha; se continuar, confira o endereço.
lost-not-papo = O que responde lá não é um servidor papo. Confira o endereço dado com --server.
lost-no-tls = O que responde lá não usa criptografia ({ $why }). Confira o endereço; para um servidor que realmente não tem, existe --plaintext.
lost-certificate-unknown = O servidor mostra um certificado que ninguém garante: { $shown }. Aperte Enter no formulário para decidir de novo se confia nele.
lost-no-authorities = Este sistema não tem certificados de autoridades, e o papo não consegue saber quem emitiu o certificado do servidor: { $shown }. Instale-os (muitos sistemas os têm num pacote chamado ca-certificates), ou aperte Enter no formulário para decidir de novo se confia nele.
lost-certificate-changed = O certificado do servidor não é o que ele tinha. Ou quem o opera fez um novo, ou alguém está entre você e ele. Antes: { $known }. Agora: { $shown }. Pergunte a quem opera, por outro caminho, o que o papo-server mostrou; se for o novo, apague a linha do servidor no arquivo known_servers da pasta de dados do papo (~/.local/share/papo) e inicie o papo de novo.
lost-hosted-server-failed = Uma parte do servidor que o papo hospeda falhou. O papo reinicia o servidor sozinho; a causa está no log do papo.
lost-closed = O servidor fechou a conexão. A tentativa se repete sozinha.
strength-0 = adivinhada na hora.
strength-1 = fácil de adivinhar.
strength-2 = razoável.
strength-3 = boa.
strength-4 = forte.
strength-few-words = Use algumas palavras que não combinam entre si.
strength-no-need-for-symbols = O tamanho ajuda mais que símbolos ou números.
strength-another-word = Acrescente mais uma ou duas palavras.
strength-capitals = Maiúsculas ajudam pouco.
strength-reversed = Palavras ao contrário são tão fáceis de adivinhar quanto as outras.
strength-substitutions = Trocar letras por números ajuda pouco.
strength-keyboard = Fileiras do teclado são fáceis de adivinhar.
strength-repeats = Evite repetir palavras e caracteres.
strength-sequences = Evite sequências como abc ou 123.
strength-dates = Evite datas e anos.

# O menu
menu-directory = Pessoas e grupos
menu-chat-with-somebody = Conversar com alguém
menu-chat-in-group = Conversar em um grupo
menu-create-group = Criar um grupo
menu-add-member = Adicionar alguém a um grupo
menu-quit = Sair
menu-lately = Últimas conversas

# A conversa
side-users = Pessoas
side-groups = Grupos
list-no-users = Ninguém mais criou uma conta ainda.
list-no-groups = Você ainda não está em nenhum grupo. Esc e depois 4 criam um.
chat-choose-user = ↑↓ escolhem alguém, Enter abre
chat-choose-group = ↑↓ escolhem um grupo, Enter abre
presence-online = on-line
presence-away = ausente
presence-offline = off-line
presence-unknown = sem conexão
presence-offline-since = off-line desde { $when }
group-members = { $count ->
    [one] { $count } membro
   *[other] { $count } membros
}
members = Membros
members-asking = Perguntando ao servidor…
member-blocked = bloqueio
chat-blocked = você bloqueou esta pessoa; /unblock desfaz
notify-title = O que chama você em { $name }?
notify-all = Toda mensagem
notify-mentions = Só o que menciona ou responde a você
notify-nothing-for = { $hours ->
    [one] Nada, por uma hora
   *[other] Nada, por { $hours } horas
}
notify-nothing = Nada, até você voltar atrás
notify-is-mentions = só menções
notify-is-mentions-until = só menções até { $when }
notify-is-nothing = silenciada
notify-is-nothing-until = silenciada até { $when }
invites-title = Convites para { $group }
invites-asking = Perguntando ao servidor…
invites-none = Nenhum convite aberto. n cria um.
invites-told-once = Este código só aparece agora, e está na sua área de transferência. Quem o tiver entra com /join e o código.
invite-uses = { $count ->
    [one] para uma pessoa
   *[other] para { $count } pessoas
}
invite-any-uses = para qualquer um
invite-until = até { $when }
invite-for-ever = sem prazo
invite-by = de { $who }
role-owner = dono
role-admin = admin
typing-one = { $who } está escrevendo…
typing-two = { $who } e { $other } estão escrevendo…
typing-many = { $who }, { $other } e mais { $count } estão escrevendo…
composer-empty = Escreva uma mensagem, ou / para um comando
message-deleted = mensagem apagada
message-edited = (editada)
quote-nothing = uma mensagem que você não pode ver
receipt-delivered = entregue
receipt-read = lida
receipt-delivered-to = entregue a { $count }
receipt-read-by = lida por { $count }
composer-editing = editando
messages-none = Nada foi dito aqui ainda.
messages-folded = de alguém que você bloqueou · Enter mostra
preview-folded = uma mensagem de alguém que você bloqueou
messages-loading = Buscando as mensagens…
messages-beginning-for-you = Você vê a conversa a partir de quando foi adicionado.
messages-beginning = A conversa começa aqui.
messages-new = novas
messages-unread-below = { $count ->
    [one] { $count } não lida abaixo
   *[other] { $count } não lidas abaixo
}
messages-more-below = End vai para a mais nova
happened-created = { $who } criou o grupo { $group }
happened-added = { $who } adicionou { $whom }
happened-left = { $who } saiu
happened-left-to = { $who } saiu; agora o grupo é de { $whom }
happened-removed = { $who } removeu { $whom }
happened-joined = { $who } entrou por um convite
happened-owner = { $who } passou o grupo para { $whom }
happened-admin = { $who } deu a administração a { $whom }
happened-member = { $who } tirou a administração de { $whom }
happened-topic = { $who } definiu o assunto: { $topic }
happened-no-topic = { $who } tirou o assunto
happened-edited = { $who } editou uma mensagem
happened-deleted = { $who } apagou uma mensagem
happened-reacted = { $who } reagiu com { $emoji }
happened-unreacted = { $who } tirou a reação { $emoji }
happened-renamed = { $who } deu ao grupo o nome { $group }
happened-unknown = { $who } fez algo que esta versão do papo não conhece
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

# Os aparelhos
devices-title = Onde você entrou
devices-asking = Perguntando ao servidor…
device-unnamed = um aparelho sem nome
device-this = este aparelho
device-connected = conectado
device-last-used = usado pela última vez { $when }
device-signed-in = entrou { $when }

# O servidor
server-title = O servidor
server-address = Endereço
server-privacy = Linha
server-certificate = Certificado
server-version = Versão
server-sign-in = Entrada
privacy-on-this-machine = não sai desta máquina
privacy-plain = SEM CRIPTOGRAFIA: quem estiver no caminho pode ler tudo
privacy-vouched = criptografada; uma autoridade responde pelo certificado
privacy-believed = criptografada, com o certificado que você aceitou
sign-in-not-kept = não guardada: da próxima vez a senha será pedida
sign-in-in-keyring = guardada no chaveiro do sistema
sign-in-in-file = guardada em { $file }, que só você pode ler

# Sobre a tela
help-title = Teclas e comandos
help-here = aqui
help-elsewhere = em outros lugares
help-commands = comandos, digitados como mensagem
completion-emoji = emoji
completion-people = pessoas
completion-commands = comandos
completion-groups = grupos
paste-waiting = Você colou { $paste }, Enter pergunta
paste-too-long = Você colou { $paste }: numa mensagem cabem { $kib } KiB
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
picker-blocked = Bloqueios: Enter desbloqueia
picker-nobody-blocked = Você não bloqueou ninguém.
picker-not-a-member = · você não está nele
picker-group-to-add-to = Adicionar alguém a qual grupo?
picker-somebody-to-add = Adicionar quem a { $group }? Esc conclui
members-of = Membros de { $group }
picker-anything = Encontrar
picker-link-to-open = Abrir qual link?
picker-link-to-copy = Copiar qual link?
picker-code-to-copy = Copiar qual código?

# Buscar mensagens.
search-here = Buscar em { $conversation }
search-everywhere = Buscar em todas as conversas
search-type = palavras a buscar
search-filters = "uma frase"  from:nome  in:#grupo  before:2026-11-01  after:  has:link
search-looking = buscando…
search-nothing = Nada encontrado. Tente menos palavras, ou Tab para buscar em tudo.
search-hits = { $count ->
    [one] 1 mensagem, a mais nova primeiro
   *[other] { $count } mensagens, as mais novas primeiro
}
search-many = as { $count } mensagens mais novas, e pode haver mais
search-offline = Sem conexão. O que você digitou será buscado quando ela voltar.
picker-reaction = Reagir; digite um nome para mais
prompt-delete = Apagar esta mensagem?
prompt-delete-explained = Todos verão que havia uma, e ninguém o que ela dizia; nem você. s apaga, Esc deixa como está.
prompt-discard = Desistir desta mensagem não enviada?
prompt-discard-explained = Ela não cabe de volta na caixa de texto, onde há outro texto. s desiste dela de vez, Esc a mantém.
prompt-block = Bloquear { $whom }?
prompt-block-explained = Você não recebe mais nada dessa pessoa, e ela não é avisada. /unblock desfaz. s bloqueia, Esc não.
prompt-revoke-invite = Revogar este convite?
prompt-revoke-invite-explained = Ninguém mais entra com o código dele. s revoga, Esc mantém.
letter-yes = s
problem-needs-letter = Só s confirma; Esc cancela.
problem-not-that-letter = Não foi s, e nada foi feito. Esc fecha isto; depois é só pedir de novo.
sheet-revisions = O que ela dizia
sheet-people = Quem
sheet-read-by = Lida por { $count } de { $others }
sheet-delivered-to = Entregue, ainda não lida
sheet-no-reactions = Ninguém reagiu.
prompt-rename = Outro nome para { $group }
prompt-join = Entrar em um grupo por convite
prompt-join-explained = Digite ou cole o código que alguém do grupo deu a você.
prompt-leave = Sair de { $group }?
prompt-leave-explained = Só um membro pode trazer você de volta, e você verá o que for dito dali em diante. s sai do grupo, Esc fica.
prompt-leave-to = O grupo passa a ser de { $whom }. Só um membro pode trazer você de volta. s sai do grupo, Esc fica.
prompt-leave-to-admin = O grupo passa a quem administra há mais tempo. Só um membro pode trazer você de volta. s sai do grupo, Esc fica.
prompt-leave-to-member = O grupo passa ao membro mais antigo; para escolher outro, passe o grupo antes com /owner NOME. s sai do grupo, Esc fica.
prompt-leave-to-nobody = Você é o último membro: ninguém poderá voltar a ele, e o nome continua ocupado. s sai do grupo, Esc fica.
prompt-remove = Remover { $whom } de { $group }?
prompt-remove-explained = Essa pessoa deixa de ver o que for dito lá. Qualquer membro pode adicioná-la de novo. s remove, Esc deixa ficar.
prompt-hand-over = Passar { $group } para { $whom }?
prompt-hand-over-explained = O grupo passa a ser de { $whom }, e você fica entre os que o administram; só { $whom } pode devolvê-lo. s passa o grupo, Esc não.
prompt-topic = Qual é o assunto de { $group }?
prompt-topic-explained = Fica no alto da conversa para todos. Vazio tira o assunto.
prompt-revoke = Desconectar { $device }?
prompt-revoke-explained = Quem estiver com ele precisa da sua senha para voltar. s desconecta, Esc deixa como está.
prompt-revoke-this = Sair daqui?
prompt-revoke-this-explained = É o aparelho à sua frente: sua senha será pedida. s sai, Esc fica.
prompt-password = Trocar a senha
prompt-profile = Como os outros veem você
prompt-profile-explained = Seu nome de usuário não muda. O status diz o que você anda fazendo; vazio tira o que há.
prompt-certificate = Você conhece este servidor?
prompt-certificate-explained = É a primeira vez aqui, e nenhuma autoridade garante o certificado. Compare isto com o que o papo-server mostrou ao iniciar, por telefone ou outro caminho: { $fingerprint }
prompt-host-here = Hospedar um bate-papo aqui?
prompt-host-here-explained = Outro servidor esteve na porta { $port } por último. Enquanto o papo hospedar ali, ele não consegue iniciar, e as pessoas e mensagens dele não aparecem no bate-papo hospedado pelo papo.
label-type-yes = Digite sim
problem-type-yes = Digite sim se forem iguais. Esc se não forem, ou se não der para saber.
label-group-name = Nome
label-answer = Resposta
label-display-name = Nome
label-status = Status
label-topic = Assunto
label-current-password = Senha atual
label-new-password = Senha nova

# Um recado na última linha
notice-quit-again = Ctrl-C mais uma vez sai do papo, como Ctrl-Q.
notice-quit-loses = { $count ->
    [one] Uma mensagem não enviada se perderia. Saia de novo para sair assim mesmo.
   *[other] { $count } mensagens não enviadas se perderiam. Saia de novo para sair assim mesmo.
}
notice-server-replaced = Este servidor tem outros dados agora. O que estava aqui era dos antigos.
notice-not-kept = Rascunhos e mensagens não podem ser guardados nesta máquina: { $why }
notice-not-stored = O servidor não guardou a mensagem. Ela espera aqui e vai de novo.
notice-kept-again = Rascunhos e mensagens por enviar voltaram a ser guardados aqui.
notice-quit-unsent = { $count ->
    [one] Uma mensagem não enviada vai quando você voltar. Saia de novo para sair.
   *[other] { $count } mensagens não enviadas vão quando você voltar. Saia de novo para sair.
}
notice-paste-too-long = Isso tem mais de { $kib } KiB e não foi colado. Cole em partes.
notice-burst-not-sent = Texto colado não é enviado sozinho; aperte Enter para enviar.
notice-burst-not-submitted = O Enter veio junto com o texto e não fez nada; aperte de novo.
notice-nowhere-to-type = Aqui não há onde digitar; nada foi colado.
notice-help-after-this = Esc fecha isto primeiro; depois F1 mostra as teclas.
notice-needs-connection = Isso precisa da conexão, que caiu. Tente de novo quando ela voltar.
notice-not-your-group = Você não está em { $group }. Qualquer membro pode adicionar você.
notice-unknown-command = Não existe o comando { $command }. /help mostra todos; // começa mensagem.
notice-unknown-command-near = { $command } não existe; { $near } é parecido. // começa uma mensagem.
notice-editor-not-found = Não existe o editor { $command }: ponha o seu em VISUAL ou EDITOR.
notice-editor-failed = { $command } falhou ({ $why }). O rascunho está como antes.
notice-editor-failed-saved = { $file } tem o que o editor salvou antes de falhar.
notice-editor-too-long = { $file } tem o que você escreveu: é demais para vir para cá.
notice-editor-no-file = Nenhum editor pôde ser iniciado: { $why }.
notice-editor-conversation-gone = Você saiu dessa conversa. O texto está na sua área de transferência.
notice-nothing-failed = Esta mensagem não falhou.
notice-no-message = Primeiro escolha uma mensagem, com ↑.
notice-is-deleted = Essa mensagem foi apagada.
notice-answers-nothing = Esta mensagem não responde a nenhuma outra.
notice-message-not-there = Essa mensagem não é uma que você possa ver aqui.
notice-edit-empty = Não sobrou nada. Para apagar a mensagem: Esc, depois ↑ e d.
notice-copied = A mensagem foi copiada.
notice-profile = É assim que os outros veem você agora.
notice-away = Você está ausente até dizer /back.
notice-back = Você voltou.
notice-not-away = Você não estava ausente.
notice-blocked = { $who } foi bloqueado. A pessoa não é avisada.
notice-unblocked = { $who } não está mais bloqueado.
notice-invite-copied = O código está na sua área de transferência: { $code }
notice-no-invite-code = Um código só aparece ao ser criado. n cria outro.
notice-invite-revoked = Esse convite não vale mais.
notice-invite-how = { $typed } não é número de pessoas (1 a { $max }) nem prazo. Ex.: /invite 5 2d
notice-no-time = { $typed } não é um tempo. Use 45m, 8h, 2d, 1w ou sempre.
notice-code-copied = { $lines ->
    [one] O código foi copiado: { $lines } linha.
   *[other] O código foi copiado: { $lines } linhas.
}
notice-link-copied = Copiado: { $link }
notice-link-copied-instead = Não dá para abrir daqui, então foi copiado: { $link }
notice-link-opened = Abrindo { $link }
notice-no-link = Não há link nesta mensagem.
notice-no-code = Não há bloco de código nesta mensagem.
notice-answered = Respondido.
notice-marked-unread = Não lido de novo a partir daqui.
notice-not-sent-yet = Esta mensagem ainda está a caminho.
notice-summary = { $unread } não lidas em { $conversations ->
    [one] uma conversa
   *[other] { $conversations } conversas
} · Alt-A vai até lá
notice-summary-for-you = { $unread } não lidas em { $conversations ->
    [one] uma conversa
   *[other] { $conversations } conversas
}, { $mentions } para você · Alt-I as mostra
notice-member-added = Adicionado.
notice-left-group = Você não está mais em { $group }.
notice-removed = { $who } removeu você de { $group }.
notice-removed-kept = { $who } removeu você de { $group }. O que não foi enviado fica guardado.
notice-role-already = { $who } já tem essa função.
notice-kept-in-keyring = Sua entrada fica guardada no chaveiro do sistema.
notice-kept-in-file = Sua entrada fica guardada em { $file }, que só você pode ler.
notice-kept-nowhere = Sua entrada não pôde ser guardada ({ $why }). A senha será pedida.
notice-hosts-no-pause = O papo hospeda o bate-papo: a pausa o congelaria. Abra outro terminal, ou saia.
notice-device-revoked = Esse aparelho foi desconectado.
notice-password-changed = A senha foi trocada; seus outros aparelhos foram desconectados.
notice-no-conversation = Ainda não há conversa aqui.
notice-choose-conversation = Escolha uma conversa primeiro: Enter abre a que está destacada.
notice-conversation-ready = A conversa com { $name } está pronta: Ctrl-K vai até ela.
notice-no-row = A lista não tem a linha { $number }.
notice-nothing-unread = Não há nada por ler.
notice-nothing-new-here = Nada estava por ler aqui.
notice-unread-above = { $count ->
    [one] { $count } não lida acima: Alt-U vai até ela, End de novo marca como lida.
   *[other] { $count } não lidas acima: Alt-U vai até elas, End de novo marca como lidas.
}

# As recusas do servidor
refused-wrong-credentials = Nome ou senha errados.
refused-username-taken = Alguém já tem este nome. Escolha outro, ou entre se ele for seu.
refused-username-too-alike = Isso parece o nome de alguém daqui. Escolha outro.
refused-registration-closed = Ninguém pode criar conta neste servidor. Peça uma a quem cuida dele.
refused-invite-needed = Criar conta neste servidor exige um convite. Peça um a quem cuida dele.
refused-invite-invalid = Este convite não vale, ou não vale mais. Confira, ou peça outro.
refused-username-characters = Um nome tem letras e números, com . _ - entre eles.
refused-name-characters = Isto não pode ser um nome.
refused-name-too-long = No máximo { $max } caracteres.
refused-password-too-short = Pelo menos { $min } caracteres.
refused-password-too-long = No máximo { $max } bytes.
refused-password-is-username = O seu próprio nome, não.
refused-password-too-weak = Fácil demais de adivinhar. Algumas palavras que não combinam entre si são fortes e fáceis de lembrar.
refused-account-suspended = Esta conta está suspensa. Fale com quem cuida do servidor.
refused-token-unknown = Sua sessão neste aparelho acabou. Entre de novo.
refused-no-such-device = Esse aparelho já foi desconectado.
refused-no-such-user = Ninguém tem esse nome.
refused-that-is-you = Esse é você.
refused-unblock-first = Você bloqueou essa pessoa. Desbloqueie antes.
refused-too-many-blocked = Você já bloqueou { $max } pessoas. Desbloqueie uma antes.
refused-not-allowed = Só quem cuida deste grupo pode fazer isso.
refused-no-such-member = Essa pessoa não é membro.
refused-topic-too-long = Um assunto tem no máximo { $max } caracteres.
refused-status-too-long = Um status tem no máximo { $max } caracteres.
refused-too-many-invites = O grupo já tem { $max } convites. Revogue um antes.
refused-not-a-member = Você não é membro lá.
refused-not-a-group = Isso só funciona em um grupo.
refused-already-a-member = Já é membro.
refused-group-name-taken = Um grupo já tem este nome. Escolha outro.
refused-group-full = O grupo está cheio: tem { $max } membros.
refused-too-many-conversations = Ninguém pode estar em mais de { $max } conversas, e um de vocês já está.
refused-text-empty = Não há nada para ver nessa mensagem.
refused-text-too-long = Isso é maior do que uma mensagem pode ser ({ $kib } KiB). Envie em partes.
refused-no-such-message = Essa mensagem não está lá, ou foi apagada.
refused-not-yours = Só quem escreveu uma mensagem pode mudá-la.
refused-too-many-edits = Uma mensagem pode ser editada { $max } vezes, e essa já foi.
refused-emoji-invalid = Uma reação é um único emoji.
refused-too-many-reactions = A mensagem já tem { $max } reações diferentes. Escolha uma delas.
refused-query-empty = Não há nada para buscar aí.
refused-query-too-long = Uma busca tem no máximo { $max } caracteres.
refused-query-too-many = Uma busca tem no máximo { $max } palavras e filtros.
refused-query-date = Escreva um dia como 2026-11-01, um mês como 2026-11.
refused-query-has = Com “has:” só dá para pedir has:link.
refused-query-other = O servidor não consegue buscar isso.
refused-busy = O servidor está ocupado. Tente de novo em { $seconds } s.
refused-failed = O servidor não conseguiu. Tente de novo.
refused-outcome-unknown = O servidor falhou, mas a alteração pode ter sido feita. Confira antes de tentar de novo.
refused-tls-required = O servidor exige conexão cifrada. Inicie o papo sem --plaintext.
refused-unsupported-protocol = Este papo e o servidor falam versões diferentes. Atualize o mais antigo.
refused-other = O servidor recusou.

# As teclas, por extenso para a ajuda
key-send = enviar a mensagem
key-complete = aceitar a sugestão escolhida: :emoji, @nome, #grupo, /comando
key-complete-or-send = aceitar a sugestão que você escolheu ou começou a digitar; senão, enviar
key-send-paste = enviar como está (texto longo colado)
key-send-paste-as-code = enviar como bloco de código (texto longo colado)
key-edit-paste = ver e mudar (texto longo colado)
key-keep-paste = agora não, fica na caixa de texto (texto longo colado)
key-editor = escrever a mensagem no seu editor (VISUAL ou EDITOR)
key-new-line = nova linha; terminar com \ e Enter também
key-open = abrir a conversa
key-retry = em uma mensagem que falhou: enviar de novo
key-discard = em uma mensagem que falhou: pegar de volta
key-reply = responder à mensagem selecionada
key-react = reagir a ela com um emoji, ou retirar a reação
key-jump-to-quoted = à mensagem a que ela responde
key-edit = mudar o texto de uma mensagem sua
key-delete = apagar uma mensagem sua
key-people = quem reagiu, quem já leu
key-revisions = o que ela dizia antes
key-react-with = 1 a 6: reagir com esse
key-drop-answer = desistir da resposta ou da edição
key-copy = copiar a mensagem escolhida
key-open-link = abrir um link da mensagem escolhida
key-copy-link = copiar um link da mensagem escolhida
key-copy-code = copiar um bloco de código da mensagem escolhida
key-write = escrever
key-unfold = em mensagem de alguém que você bloqueou: mostrar
key-switch-side = alternar entre conversas com pessoas e grupos
key-to-list = para a lista
key-members = os membros do grupo
key-talk-with-member = conversar com o membro escolhido
key-make-admin = dar a administração ao escolhido
key-make-member = tirar a administração do escolhido
key-hand-over = passar o grupo ao escolhido
key-remove-member = remover o membro escolhido
key-block = não receber nada do membro escolhido
key-unblock = voltar a receber do membro escolhido
key-profile = como os outros veem você: nome e status
key-add-to-group = adicionar alguém ao grupo
key-invites = como admin: os convites para o grupo
key-new-invite = criar um convite
key-copy-invite = copiar o código recém-criado
key-revoke-invite = revogar o convite escolhido
key-notify = o que chama você nesta conversa, ou silenciá-la
key-join-group = entrar em um grupo por convite
key-confirm = próximo campo, depois enviar
key-next-field = próximo campo
key-switch-form = entrar ou criar conta
key-select-message = escolher uma mensagem: responder, reagir, editar, copiar
key-up = para cima: lista, menu, mensagens
key-down = para baixo: lista, menu, mensagens
key-choose = escolher
key-say-yes = sim, antes de algo que não tem volta
key-menu-item = 1 a 6: escolher no menu
key-page-up = uma página acima; mensagens antigas chegam ao se aproximar
key-page-down = uma página abaixo
key-oldest = para a mensagem mais antiga que está aqui
key-newest = para a mensagem mais nova
key-first = para o primeiro
key-last = para o último
key-devices = onde você entrou
key-inbox = o que é para você: menções, respostas, mensagens diretas
key-open-item = ir aonde foi dito
key-answer-item = responder daqui
key-dismiss-item = já está resolvido
key-refresh-inbox = mostrar o que chegou enquanto isso
key-mark-unread = não lido de novo, a partir desta mensagem
key-server = o servidor e seu certificado
key-revoke-device = desconectar o aparelho selecionado
key-close = fechar
key-menu = voltar ao menu
key-help = mostrar estas teclas
key-redraw = desenhar a tela de novo
key-suspend = parar o papo, até fg no shell
key-quit = sair
key-find = encontrar conversas, pessoas, ações
key-search = buscar mensagens
key-go-to-found = ir até a mensagem
key-widen-search = buscar em tudo, ou só aqui
key-go-back = voltar para onde você estava antes da busca
key-next-unread = ir à próxima conversa não lida
key-first-unread = ir à primeira mensagem não lida
key-previous-conversation = ir à conversa de cima
key-next-conversation = ir à conversa de baixo
key-open-row = Alt-1 a Alt-9: abrir essa linha da lista
command-menu = voltar ao menu
command-help = mostrar estas teclas
command-search = buscar mensagens
command-members = quem está no grupo
command-add = adicionar alguém ao grupo
command-remove = remover alguém do grupo
command-admin = dar a alguém a administração do grupo
command-member = tirar de alguém a administração do grupo
command-owner = passar o grupo para alguém
command-topic = dizer o assunto do grupo
command-rename = dar outro nome ao grupo
command-invite = criar um código de entrada; 5 2d: 5 pessoas, 2 dias
command-invites = os convites para o grupo
command-join = entrar em um grupo por convite
command-mute = silenciar esta conversa: 1h, 8h, 1d, sempre
command-mentions = ser chamado só pelo que menciona você
command-unmute = voltar a ser chamado por toda mensagem
command-leave = sair do grupo
command-editor = escrever a mensagem no seu editor
command-name = como os outros veem seu nome
command-status = dizer o que você anda fazendo
command-away = ficar ausente, com um status se quiser
command-back = voltar
command-block = não receber nada de alguém
command-unblock = voltar a receber de alguém
command-blocked = quem você bloqueou
command-password = trocar a senha
command-devices = onde você entrou
command-inbox = o que é para você
command-server = o servidor e seu certificado
command-signout = encerrar a sessão neste aparelho
command-quit = sair do papo

# As teclas, em uma ou duas palavras para a última linha
hint-select-message = responder, editar
hint-send = enviar
hint-complete = aceitar
hint-send-as-code = como código
hint-edit = editar
hint-new-line = nova linha
hint-open = abrir
hint-retry = de novo
hint-discard = pegar de volta
hint-reply = responder
hint-react = reagir
hint-jump-to-quoted = à citada
hint-delete = apagar
hint-people = quem
hint-revisions = histórico
hint-react-with = reagir
hint-drop-answer = desistir
hint-copy = copiar
hint-open-link = abrir link
hint-copy-link = copiar link
hint-copy-code = copiar código
hint-switch-side = pessoas/grupos
hint-talk = conversar
hint-unfold = mostrar
hint-make-admin = dar administração
hint-make-member = tirar administração
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
hint-next-field = campo
hint-switch-form = entrar/criar conta
hint-choose = escolher
hint-say-yes = sim
hint-devices = aparelhos
hint-inbox = para você
hint-answer = responder
hint-dismiss = pronto
hint-mark-unread = não lida
hint-server = servidor
hint-revoke-device = desconectar
hint-close = fechar
hint-menu = menu
hint-help = teclas
hint-page-down = adiante
hint-page-up = voltar
hint-quit = sair
hint-find = encontrar
hint-search = buscar
hint-go-to-found = ir até lá
hint-widen-search = aqui/em tudo
hint-go-back = voltar
hint-next-unread = não lidas

# Para scripts e pipes
language = pt-BR
script-edited = editada
script-deleted = { $who } apagou esta mensagem
script-no-such-group = Você não está em nenhum grupo chamado { $group }.
script-not-signed-in = Ninguém entrou em { $server } nesta máquina. Abra o papo, entre e marque “continuar conectado neste aparelho”.
script-user-not-signed-in = { $user } não entrou em { $server } nesta máquina. Abra papo --user { $user }, entre e marque “continuar conectado neste aparelho”.
script-other-server = Outro servidor, e não o de antes, responde em { $server }. Abra o papo e entre nele; a entrada no anterior fica guardada.
script-sign-in-unreadable = Não dá para ler com que conta se entra em { $server }: { $why }
script-keyring-silent = O chaveiro do sistema, que talvez guarde a sessão em { $server }, não responde. Desbloqueie-o e tente de novo.
script-somebody-else = Quem entrou nesta máquina foi { $you }, não { $user }.
script-no-server = { $server } não responde: { $why }
script-no-server-here = Nenhum servidor escuta nesta máquina, na porta { $port }. Abra o papo, que hospeda um, ou diga qual servidor com --server.
script-line-lost = A conexão com { $server } caiu e não voltou a tempo.
script-trying-again = A conexão caiu. A tentativa se repete, e nada vai faltar.
script-no-reply = O que escuta em { $server } aceitou a conexão e não respondeu.
script-not-papo = O que responde em { $server } não é um servidor papo.
script-no-tls = O que responde em { $server } não usa criptografia ({ $why }). Para um servidor que realmente não tem, existe --plaintext.
script-certificate-unknown = O certificado de { $server } nunca foi aceito nesta máquina: { $shown }. Abra papo --server { $server } uma vez, compare com o que o papo-server mostrou e diga que sim. Nada foi enviado.
script-no-authorities = Este sistema não tem certificados de autoridades, e o papo não consegue saber quem emitiu o certificado de { $server }: { $shown }. Instale-os (muitos sistemas os têm num pacote chamado ca-certificates), ou abra papo --server { $server } uma vez, compare com o que o papo-server mostrou e diga que sim. Nada foi enviado.
script-not-known-to-be-sent = A conexão caiu antes de o servidor dizer que tem a mensagem. Talvez ele tenha: olhe antes de enviar de novo.
script-cannot-read = Não dá para ler a entrada padrão: { $why }
script-not-utf8 = A entrada padrão não é texto em UTF-8. Nada foi enviado.
script-cannot-write = Não dá para escrever a saída: { $why }
script-not-marked = { $count ->
    [one] Nada foi marcado como lido: 1 mensagem não lida mais antiga não foi impressa.
   *[other] Nada foi marcado como lido: { $count } mensagens não lidas mais antigas não foram impressas.
}
script-symlink = { $file } é um link simbólico. Diga o arquivo para o qual ele aponta, ou outro.
script-not-a-file = { $file } não é um arquivo, e nenhum é posto no lugar.

# O que é para você
inbox-title = Para você
inbox-asking = Perguntando ao servidor…
inbox-empty = Nada espera por você.
inbox-behind = chegou algo novo · r mostra
inbox-more = há mais abaixo
inbox-mention = menciona você
inbox-reply = responde a você
inbox-direct = escreveu para você
prompt-answer = Responder a { $whom }
