// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IPoco} from "../../../contracts/interfaces/IPoco.sol";
import {Contribution, ContributionStatus} from "../../../contracts/types/Contribution.sol";
import {DealId, TaskId} from "../../../contracts/types/Ids.sol";
import {OrderOperation, RequestOrderOperation} from "../../../contracts/types/Orders.sol";
import {Task, TaskStatus} from "../../../contracts/types/Task.sol";
import {Work} from "../../fixtures/Work.sol";

/// @dev Everybody on the market, doing what they may when they may: an action that nothing can be done for now does nothing. Remembers
/// what the hub does not tell.
contract MarketHandler is Work {
    /// @dev A deal, and what is locked for each of its tasks.
    struct DealMemo {
        DealId id;
        bool boost;
        address payer;
        uint256 price;
        uint256 poolStake;
        uint256 workerStake;
        uint256 deadline;
        uint256 finalDeadline;
    }

    struct TaskMemo {
        TaskId id;
        uint256 deal;
        uint256 index;
        TaskStatus status;
    }

    struct OrderMemo {
        bytes32 hash;
        uint256 volume;
        uint256 consumed;
    }

    uint256 private constant MAX_DEALS = 10;
    uint256 private constant ORDERED = 4;

    uint256 public deposited;
    uint256 public withdrawn;

    /// @dev How often a law about change was broken.
    uint256 public illegalMoves;
    uint256 public resurrections;
    uint256 public decreases;

    mapping(address account => uint256) public accurate;

    /// @dev How often tasks moved so: proof that something happened at all.
    mapping(TaskStatus from => mapping(TaskStatus to => uint256)) public moves;

    DealMemo[] private _deals;
    TaskMemo[] private _tasks;
    OrderMemo[] private _orders;
    address[] private _accounts;
    uint256 private _time = NOW;
    uint256 private _salt;

    /// @dev Time passes only by {wait}; afterwards it looks at what moved.
    modifier act() {
        vm.warp(_time);
        _;
        _watchTasks();
        _watchOrders();
    }

    function setUp() public override {
        super.setUp();
        _accounts = [
            requester.addr,
            sponsor.addr,
            appProvider.addr,
            dataProvider.addr,
            scheduler.addr,
            worker.addr,
            worker2.addr,
            worker3.addr,
            worker4.addr,
            buyer.addr
        ];
        deposited = poco.totalSupply();
        _reorder(0);
    }

    // Money

    function deposit(uint256 seed, uint256 amount) external act {
        _deposit(_accounts[seed % _accounts.length], bound(amount, 0, 1e9));
    }

    function withdraw(uint256 seed, uint256 amount) external act {
        address account = _accounts[seed % _accounts.length];
        amount = bound(amount, 0, poco.balanceOf(account));
        vm.prank(account);
        poco.withdraw(amount);
        withdrawn += amount;
    }

    function transfer(uint256 from, uint256 to, uint256 amount) external act {
        address account = _accounts[from % _accounts.length];
        amount = bound(amount, 0, poco.balanceOf(account));
        vm.prank(account);
        poco.transfer(_accounts[to % _accounts.length], amount);
    }

    /// @dev RLC sent straight to the hub makes no SRLC, until its owner recovers it.
    function donate(uint256 amount, bool recovered) external act {
        amount = bound(amount, 0, 1e9);
        deal(address(rlc), address(poco), rlc.balanceOf(address(poco)) + amount);
        if (!recovered) return;
        vm.prank(owner.addr);
        deposited += poco.recover();
        uint256 balance = poco.balanceOf(owner.addr);
        vm.prank(owner.addr);
        poco.transfer(anyone.addr, balance);
    }

    // Orders

    function changePolicy(uint256 stakeRatio, uint256 rewardRatio) external act {
        _setPolicy(bound(stakeRatio, 0, 200), bound(rewardRatio, 0, 100));
    }

    /// @dev Matches what is left of the last orders, or new ones; now and then a sponsor pays.
    function matchOrders(uint256 seed, bool boost, bool sponsored) external act {
        if (_deals.length == MAX_DEALS) return;
        bytes32 requestHash = signer.hashRequest(requestOrder);
        bool used = poco.viewConsumed(requestHash) == requestOrder.volume;
        if (used || seed % 3 == 0 || (boost && requestOrder.trust > 1)) _reorder(boost ? seed - (seed % 4) : seed);
        workerpoolOrder.salt = bytes32(++_salt);
        workerpoolOrder.volume = bound(seed >> 8, 1, ORDERED);
        _signOrders();
        uint256 volume = poco.computeDealVolume(appOrder, datasetOrder, workerpoolOrder, requestOrder);
        DealMemo memory memo = _memo(boost, sponsored ? sponsor.addr : requester.addr);
        _afford(memo.payer, memo.price * volume);
        _afford(scheduler.addr, memo.poolStake * volume);
        memo.id = _match(boost, memo.payer);

        uint256 first = boost ? 0 : poco.viewDeal(memo.id).botFirst;
        for (uint256 i; i < volume; ++i) {
            _tasks.push(TaskMemo(memo.id.taskAt(first + i), _deals.length, first + i, TaskStatus.UNSET));
        }
        _deals.push(memo);
        _orders.push(OrderMemo(signer.hashWorkerpool(workerpoolOrder), workerpoolOrder.volume, 0));
    }

    function closeOrder(uint256 seed) external act {
        if (seed % 8 != 0) return;
        vm.prank(requester.addr);
        poco.manageRequestOrder(RequestOrderOperation(requestOrder, OrderOperation.CLOSE, ""));
    }

    // Tasks

    function initialize(uint256 seed) external act {
        (bool found, TaskMemo memory task, DealMemo memory memo) = _pick(seed, TaskStatus.UNSET, false);
        if (found) poco.initialize(memo.id, task.index);
    }

    /// @dev Honest, lying, or with a copied hash that it cannot reveal.
    function contribute(uint256 seed, uint256 who, uint256 how) external act {
        (bool found, TaskMemo memory task, DealMemo memory memo) = _pick(seed, TaskStatus.ACTIVE, false);
        if (!found || _time >= memo.deadline) return;
        address account = _accounts[5 + (who % 4)];
        if (poco.viewContribution(task.id, account).status != ContributionStatus.UNSET) return;
        _afford(account, memo.workerStake);
        bytes32 digest = how % 4 == 0 ? LIE : DIGEST;
        bytes32 seal = how % 8 == 1 ? bytes32(how) : _resultSeal(account, task.id, digest);
        _commit(task.id, account, _resultHash(task.id, digest), seal);
    }

    function contributeAndFinalize(uint256 seed, uint256 who) external act {
        (bool found, TaskMemo memory task, DealMemo memory memo) = _pick(seed, TaskStatus.ACTIVE, false);
        if (!found || _time >= memo.deadline || poco.viewDeal(memo.id).trust > 1) return;
        if (poco.viewTask(task.id).contributors.length > 0) return;
        address account = _accounts[5 + (who % 4)];
        bytes memory authorization = _authorize(scheduler, account, task.id, address(0));
        vm.prank(account);
        poco.contributeAndFinalize(task.id, DIGEST, "results", "", address(0), "", authorization);
    }

    function reveal(uint256 seed, uint256 who) external act {
        (bool found, TaskMemo memory task, ) = _pick(seed, TaskStatus.REVEALING, false);
        if (!found) return;
        Task memory state = poco.viewTask(task.id);
        if (_time >= state.revealDeadline) return;
        bytes32 digest = state.consensusValue == _resultHash(task.id, LIE) ? LIE : DIGEST;
        for (uint256 i; i < state.contributors.length; ++i) {
            address account = state.contributors[(i + (who % 4)) % state.contributors.length];
            Contribution memory contribution = poco.viewContribution(task.id, account);
            if (contribution.status != ContributionStatus.CONTRIBUTED) continue;
            if (contribution.resultHash != state.consensusValue) continue;
            if (contribution.resultSeal != _resultSeal(account, task.id, digest)) continue;
            vm.prank(account);
            poco.reveal(task.id, digest);
            return;
        }
    }

    function finalize(uint256 seed) external act {
        (bool found, TaskMemo memory task, DealMemo memory memo) = _pick(seed, TaskStatus.REVEALING, false);
        if (!found || _time >= memo.finalDeadline) return;
        Task memory state = poco.viewTask(task.id);
        if (state.revealCounter == 0) return;
        if (state.revealCounter < state.winnerCounter && _time < state.revealDeadline) return;
        vm.prank(scheduler.addr);
        poco.finalize(task.id, "results", "");
        for (uint256 i; i < state.contributors.length && state.contributors.length > 1; ++i) {
            address account = state.contributors[i];
            if (poco.viewContribution(task.id, account).status == ContributionStatus.PROVED) ++accurate[account];
        }
    }

    function reopen(uint256 seed) external act {
        (bool found, TaskMemo memory task, DealMemo memory memo) = _pick(seed, TaskStatus.REVEALING, false);
        if (!found || _time >= memo.finalDeadline) return;
        Task memory state = poco.viewTask(task.id);
        if (state.revealCounter > 0 || _time < state.revealDeadline) return;
        vm.prank(scheduler.addr);
        poco.reopen(task.id);
    }

    function claim(uint256 seed, bool agreed) external act {
        TaskStatus status = agreed ? TaskStatus.REVEALING : TaskStatus.ACTIVE;
        (bool found, TaskMemo memory task, DealMemo memory memo) = _pick(seed, status, false);
        if (found && _time >= memo.finalDeadline) poco.claim(task.id);
    }

    function pushResultBoost(uint256 seed, uint256 who) external act {
        (bool found, TaskMemo memory task, DealMemo memory memo) = _pick(seed, TaskStatus.UNSET, true);
        if (!found || _time >= memo.deadline) return;
        address account = _accounts[5 + (who % 4)];
        bytes memory authorization = _authorize(scheduler, account, task.id, address(0));
        vm.prank(account);
        poco.pushResultBoost(memo.id, task.index, "results", "", authorization, address(0), "");
    }

    function claimBoost(uint256 seed) external act {
        (bool found, TaskMemo memory task, DealMemo memory memo) = _pick(seed, TaskStatus.UNSET, true);
        if (found && _time >= memo.deadline) poco.claimBoost(memo.id, task.index);
    }

    /// @dev Mostly a little, now and then until everything is over.
    function wait(uint256 time) external act {
        _time += time % 8 == 0 ? bound(time, CLOCK, 10 * CLOCK) : bound(time, 1, 2 * CLOCK);
    }

    // What the laws ask for

    function hub() external view returns (IPoco) {
        return poco;
    }

    function backing() external view returns (uint256) {
        return rlc.balanceOf(address(poco));
    }

    /// @dev Everybody who can own SRLC here, the hub and the kitty aside.
    function accounts() external view returns (address[] memory all) {
        all = new address[](_accounts.length + 2);
        for (uint256 i; i < _accounts.length; ++i) all[i] = _accounts[i];
        (all[_accounts.length], all[_accounts.length + 1]) = (owner.addr, anyone.addr);
    }

    function taskIds() external view returns (TaskId[] memory ids) {
        ids = new TaskId[](_tasks.length);
        for (uint256 i; i < _tasks.length; ++i) ids[i] = _tasks[i].id;
    }

    function orders() external view returns (OrderMemo[] memory) {
        return _orders;
    }

    /// @dev What unfinished work holds of `account`.
    function heldOf(address account) external view returns (uint256 held) {
        for (uint256 i; i < _tasks.length; ++i) {
            if (_isOver(_tasks[i].status)) continue;
            DealMemo memory memo = _deals[_tasks[i].deal];
            if (memo.payer == account) held += memo.price;
            if (scheduler.addr == account) held += memo.poolStake;
            if (poco.viewContribution(_tasks[i].id, account).status != ContributionStatus.UNSET) {
                held += memo.workerStake;
            }
        }
    }

    // Private

    function _deposit(address account, uint256 amount) private {
        _fund(account, amount);
        deposited += amount;
    }

    function _afford(address account, uint256 amount) private {
        uint256 balance = poco.balanceOf(account);
        if (balance < amount) _deposit(account, amount - balance);
    }

    /// @dev New orders of app, dataset and requester.
    function _reorder(uint256 seed) private {
        _resetOrders();
        _withVolume(ORDERED);
        appOrder.appprice = (seed >> 16) % (APP_PRICE + 1);
        workerpoolOrder.workerpoolprice = (seed >> 32) % (POOL_PRICE + 1);
        if ((seed >> 48) % 4 == 0) _withoutDataset();
        requestOrder.trust = 1 + (seed % 4);
        bytes32 salt = bytes32(++_salt);
        (appOrder.salt, datasetOrder.salt, requestOrder.salt) = (salt, salt, salt);
        _orders.push(OrderMemo(signer.hashApp(appOrder), ORDERED, 0));
        if (datasetOrder.dataset != address(0)) {
            _orders.push(OrderMemo(signer.hashDataset(datasetOrder), ORDERED, 0));
        }
        _orders.push(OrderMemo(signer.hashRequest(requestOrder), ORDERED, 0));
    }

    function _memo(bool boost, address payer) private view returns (DealMemo memory memo) {
        memo.boost = boost;
        memo.payer = payer;
        memo.price = appOrder.appprice + datasetOrder.datasetprice + workerpoolOrder.workerpoolprice;
        memo.poolStake = (workerpoolOrder.workerpoolprice * 30) / 100;
        (, uint256 stakeRatio, ) = workerpoolRegistry.termsOf(workerpool);
        memo.workerStake = (workerpoolOrder.workerpoolprice * stakeRatio) / 100;
        memo.deadline = _time + 7 * CLOCK;
        memo.finalDeadline = _time + 10 * CLOCK;
    }

    function _match(bool boost, address payer) private returns (DealId) {
        if (payer == requester.addr) {
            if (boost) return poco.matchOrdersBoost(appOrder, datasetOrder, workerpoolOrder, requestOrder);
            return poco.matchOrders(appOrder, datasetOrder, workerpoolOrder, requestOrder);
        }
        vm.prank(payer);
        if (boost) return poco.sponsorMatchOrdersBoost(appOrder, datasetOrder, workerpoolOrder, requestOrder);
        return poco.sponsorMatchOrders(appOrder, datasetOrder, workerpoolOrder, requestOrder);
    }

    /// @dev A task in this state, of this sort of deal, if there is one.
    function _pick(
        uint256 seed,
        TaskStatus status,
        bool boost
    ) private view returns (bool found, TaskMemo memory task, DealMemo memory memo) {
        for (uint256 i; i < _tasks.length; ++i) {
            task = _tasks[(i + (seed % _tasks.length)) % _tasks.length];
            memo = _deals[task.deal];
            if (task.status == status && memo.boost == boost) return (true, task, memo);
        }
    }

    function _watchTasks() private {
        for (uint256 i; i < _tasks.length; ++i) {
            TaskStatus before = _tasks[i].status;
            TaskStatus current = poco.viewTask(_tasks[i].id).status;
            if (before == current) continue;
            if (_isOver(before)) ++resurrections;
            if (!_isAllowed(before, current, _deals[_tasks[i].deal].boost)) ++illegalMoves;
            _tasks[i].status = current;
            ++moves[before][current];
        }
    }

    function _watchOrders() private {
        for (uint256 i; i < _orders.length; ++i) {
            uint256 consumed = poco.viewConsumed(_orders[i].hash);
            if (consumed < _orders[i].consumed) ++decreases;
            _orders[i].consumed = consumed;
        }
    }

    function _isOver(TaskStatus status) private pure returns (bool) {
        return status == TaskStatus.COMPLETED || status == TaskStatus.FAILED;
    }

    function _isAllowed(TaskStatus from, TaskStatus to, bool boost) private pure returns (bool) {
        if (boost) return from == TaskStatus.UNSET && _isOver(to);
        if (from == TaskStatus.UNSET) return to == TaskStatus.ACTIVE;
        if (from == TaskStatus.ACTIVE) return to == TaskStatus.REVEALING || _isOver(to);
        return from == TaskStatus.REVEALING && (to == TaskStatus.ACTIVE || _isOver(to));
    }
}
