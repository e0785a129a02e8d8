// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {DealId, TaskId} from "../../../contracts/types/Ids.sol";
import {OrderOperation, RequestOrderOperation} from "../../../contracts/types/Orders.sol";
import {Work} from "../../fixtures/Work.sol";

/// @dev Packed slots as they lie in hubs and registries, word by word: what `check:storage` knows by name and place, and
/// what it cannot know, which is how code of ours packs more into a member (WIDE, fingerprints, enclaves, terms).
contract StorageLayout_Test is Work {
    function test_AnAccountIsOneWord() external {
        _setScore(worker.addr, 7);
        _contribute(_openTask(), worker, DIGEST);
        // score 7 | frozen 600 | free FUNDS - 600
        assertEq(_ledgerWord(worker.addr), (7 << 192) | (WORKER_STAKE << 96) | (FUNDS - WORKER_STAKE), "worker");
        // The hub's free balance is all that is frozen; in its frozen half is the kitty, which is empty.
        assertEq(_ledgerWord(address(poco)), PRICE + POOL_STAKE + WORKER_STAKE, "hub");
        assertEq(
            uint256(vm.load(address(poco), bytes32(erc7201("poco.storage.Ledger")))),
            poco.totalSupply(),
            "supply"
        );
    }

    function test_TheKittyIsInTheFrozenHalfOfTheHub() external {
        _failedTask();
        assertEq(_ledgerWord(address(poco)), (POOL_STAKE << 96) | POOL_STAKE, "hub");
    }

    function test_AnOrderIsOneWord() external {
        _matchOrders();
        bytes32 appHash = signer.hashApp(appOrder);
        // consumed 1 | fingerprint of the signature, odd | signer
        uint256 print = uint32(bytes4(keccak256(appOrder.sign))) | 1;
        assertEq(_orderWord(appHash), (1 << 192) | (print << 160) | uint160(appProvider.addr), "matched");

        vm.prank(requester.addr);
        poco.manageRequestOrder(RequestOrderOperation(requestOrder, OrderOperation.SIGN, ""));
        assertEq(_orderWord(signer.hashRequest(requestOrder)), uint160(requester.addr), "presigned");

        requestOrder.volume = type(uint256).max;
        bytes32 wideHash = signer.hashRequest(requestOrder);
        vm.prank(requester.addr);
        poco.manageRequestOrder(RequestOrderOperation(requestOrder, OrderOperation.CLOSE, ""));
        // Of what does not fit 64 bits: all ones, and the number elsewhere.
        assertEq(_orderWord(wideHash), uint256(type(uint64).max) << 192, "wide");
        bytes32 wide = keccak256(abi.encode(wideHash, uint256(erc7201("poco.storage.OrderBook")) + 1));
        assertEq(uint256(vm.load(address(poco), wide)), type(uint256).max, "wide number");
    }

    function test_ATaskIsTheseWords() external {
        _withVolume(3);
        requestOrder.trust = 3;
        DealId dealId = _matchOrders();
        TaskId taskId = poco.initialize(dealId, 2);
        address location = vm.computeCreate2Address(
            DealId.unwrap(dealId),
            0x728812dbe946f584a7f627c8b1d617c2a0f3ef232b9184920b0166e9faf2ed65,
            address(poco)
        );
        // offset 2 | reveal deadline | path FRESH | status ACTIVE | deal
        assertEq(_taskWord(taskId, 0), (uint256(2) << 216) | (1 << 160) | uint160(location), "active");

        bytes memory permit = _authorize(scheduler, worker.addr, taskId, enclave.addr);
        bytes memory attested = _attest(enclave, taskId, worker.addr, DIGEST);
        vm.prank(worker.addr);
        poco.contribute(
            taskId,
            _resultHash(taskId, DIGEST),
            _resultSeal(worker.addr, taskId, DIGEST),
            enclave.addr,
            attested,
            permit
        );
        _contribute(taskId, worker2, LIE);
        _contribute(taskId, worker3, DIGEST);
        // weight of the first group 2 × 2 | revealed | winner | members of the first 2 | groups 2 | contributors 3 | last
        assertEq(
            _taskWord(taskId, 1),
            (uint256(4) << 200) | (2 << 176) | (2 << 168) | (3 << 160) | uint160(worker3.addr),
            "crowd"
        );
        // The second group: its result hash; members 1 | weight 2.
        assertEq(_groupWord(taskId, 1, 0), uint256(_resultHash(taskId, LIE)), "hash");
        assertEq(_groupWord(taskId, 1, 1), (uint256(1) << 248) | 2, "group");
        // status CONTRIBUTED 1 | log2 of the weight 1 | group | has an enclave | enclave, or the contributor before
        assertEq(
            _entryWord(taskId, worker.addr, 0),
            (1 << 184) | (1 << 176) | (1 << 160) | uint160(enclave.addr),
            "first"
        );
        assertEq(
            _entryWord(taskId, worker2.addr, 0),
            (1 << 184) | (1 << 176) | (1 << 168) | uint160(worker.addr),
            "second"
        );
        assertEq(_entryWord(taskId, worker2.addr, 1), uint256(_resultSeal(worker2.addr, taskId, LIE)), "seal");

        _contribute(taskId, worker4, DIGEST);
        assertEq((_taskWord(taskId, 0) >> 160) & 0xff, 2, "revealing");
        assertEq((_taskWord(taskId, 0) >> 176) & type(uint40).max, REVEAL_DEADLINE, "reveal deadline");
        assertEq((_taskWord(taskId, 1) >> 184) & 0xff, 1, "winner");
    }

    function test_SettingsAreTheseWords() external {
        vm.startPrank(owner.addr);
        poco.setTeeBroker(broker.addr);
        poco.setGuardian(anyone.addr);
        poco.pause();
        uint256 pool = uint160(address(workerpoolRegistry));
        assertEq(_settingsWord(0), (uint256(200_000) << 160) | uint160(broker.addr), "callback gas, broker");
        assertEq(_settingsWord(1), (1 << 160) | uint160(address(rlc)), "paused, token");
        assertEq(_settingsWord(2), (pool << 160) | uint160(address(appRegistry)), "apps, pools");
        assertEq(
            _settingsWord(3),
            (1 << 224) | ((pool >> 96) << 160) | uint160(address(datasetRegistry)),
            "paused, datasets, pools"
        );
        assertEq(_settingsWord(8), uint160(anyone.addr), "guardian");
        // The clock's four bytes stand before the byte that says that the category exists.
        bytes32 category = keccak256(abi.encode(0, uint256(erc7201("poco.storage.Settings")) + 7));
        assertEq(uint256(vm.load(address(poco), category)), (CLOCK << 8) | 1, "category");
    }

    function test_AssetsAreTheseBytes() external view {
        assertEq(
            _argsOf(app),
            abi.encodePacked(uint16(3), uint16(6), uint16(9), keccak256("app"), "app", "DOCKER", "multiaddr", "{}"),
            "app"
        );
        assertEq(_argsOf(dataset), abi.encodePacked(uint16(4), keccak256("data"), "data", "multiaddr"), "dataset");
        assertEq(_argsOf(workerpool), "pool", "workerpool");
    }

    /// @dev terms: what the owner changed of the default policy, by exclusive or | place in the owner's list | owner
    function test_AHoldingIsOneWord() external {
        workerpoolRegistry.createWorkerpool(scheduler.addr, "second");
        address second = workerpoolRegistry.predictWorkerpool(scheduler.addr, "second");
        assertEq(_holdingOf(workerpool), uint160(scheduler.addr), "default policy");
        assertEq(_holdingOf(second), (uint256(1) << 160) | uint160(scheduler.addr), "second");

        _setPolicy(35, 5);
        uint256 terms = ((uint256(5) << 40) | 35) ^ ((uint256(1) << 40) | 30);
        assertEq(_holdingOf(workerpool), (terms << 208) | uint160(scheduler.addr), "policy");
    }

    /// @dev Of the first element: the length of the whole list | the asset. Of the others: the asset.
    function test_AListOfAssetsIsTheseWords() external {
        address second = workerpoolRegistry.createWorkerpool(scheduler.addr, "second");
        address third = workerpoolRegistry.createWorkerpool(worker.addr, "third");
        bytes32 ofScheduler = keccak256(abi.encode(scheduler.addr, uint256(7)));
        assertEq(_elementOf(ofScheduler, 0), (uint256(2) << 160) | uint160(workerpool), "first of the scheduler");
        assertEq(_elementOf(ofScheduler, 1), uint160(second), "second of the scheduler");
        assertEq(_elementOf(bytes32(uint256(8)), 0), (uint256(3) << 160) | uint160(workerpool), "first of all");
        assertEq(_elementOf(bytes32(uint256(8)), 2), uint160(third), "third of all");

        vm.prank(scheduler.addr);
        workerpoolRegistry.transferFrom(scheduler.addr, worker.addr, uint256(uint160(workerpool)));
        assertEq(_elementOf(ofScheduler, 0), (uint256(1) << 160) | uint160(second), "moved into the gap");
        assertEq(_elementOf(ofScheduler, 1), 0, "nothing is left behind");
    }

    function _ledgerWord(address account) private view returns (uint256) {
        return _word(keccak256(abi.encode(account, uint256(erc7201("poco.storage.Ledger")) + 1)), 0);
    }

    function _orderWord(bytes32 orderHash) private view returns (uint256) {
        return _word(keccak256(abi.encode(orderHash, uint256(erc7201("poco.storage.OrderBook")))), 0);
    }

    function _taskSlot(TaskId taskId) private pure returns (bytes32) {
        return keccak256(abi.encode(taskId, uint256(erc7201("poco.storage.Tasks"))));
    }

    function _taskWord(TaskId taskId, uint256 index) private view returns (uint256) {
        return _word(_taskSlot(taskId), index);
    }

    function _groupWord(TaskId taskId, uint256 number, uint256 index) private view returns (uint256) {
        return _word(keccak256(abi.encode(number, uint256(_taskSlot(taskId)) + 2)), index);
    }

    function _entryWord(TaskId taskId, address account, uint256 index) private view returns (uint256) {
        return _word(keccak256(abi.encode(account, uint256(_taskSlot(taskId)) + 3)), index);
    }

    function _settingsWord(uint256 index) private view returns (uint256) {
        return _word(bytes32(uint256(erc7201("poco.storage.Settings"))), index);
    }

    function _word(bytes32 slot, uint256 index) private view returns (uint256) {
        return uint256(vm.load(address(poco), bytes32(uint256(slot) + index)));
    }

    /// @dev Whatever slot the registry keeps holdings in: the first mapping after OpenZeppelin's six members.
    function _holdingOf(address pool) private view returns (uint256) {
        bytes32 slot = keccak256(abi.encode(uint256(uint160(pool)), uint256(6)));
        return uint256(vm.load(address(workerpoolRegistry), slot));
    }

    /// @dev An element of the list at `slot`: of an owner in the registry's eighth member, of all assets in its ninth.
    function _elementOf(bytes32 slot, uint256 index) private view returns (uint256) {
        return uint256(vm.load(address(workerpoolRegistry), keccak256(abi.encode(index, slot))));
    }

    /// @dev What lies behind the 45 bytes of an asset's proxy code.
    function _argsOf(address asset) private view returns (bytes memory args) {
        bytes memory code = asset.code;
        args = new bytes(code.length - 45);
        for (uint256 i; i < args.length; ++i) args[i] = code[45 + i];
    }
}
